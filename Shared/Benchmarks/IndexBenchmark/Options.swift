/// The command line: `--name value` pairs.
struct Options {
    var vectors = ""
    var queries = ""
    var truth = ""
    var samples = ""
    var dimensions = 64
    var results = [200]
    var batches = [8]
    var recalls = [0.97]
    var rounds = 5
    var isJSON = false
    var isInteractive = false

    static let usage = """
        usage: index-benchmark --vectors FILE --queries FILE --truth FILE [options]
          --vectors FILE    float32, little-endian, a row a vector
          --queries FILE    the same for queries
          --truth FILE      int32: for each query the numbers of its best vectors, best first
          --samples FILE    other queries, float32, that the index is tuned with; without, it takes vectors for them
          --dim D           values of a vector (64)
          --k K,…           how many results a search returns (200)
          --batch B,…       how many queries a search gets (8)
          --recall R,…      the recalls that an index is asked for, beside the exact one (0.97)
          --rounds N        measurements of each combination; the median counts (5)
          --json            rows as JSON, one a line
          --interactive     measures what is asked on standard input, a line each: flat K B, or auto K B RECALL
        """

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--json": isJSON = true
            case "--interactive": isInteractive = true
            default:
                guard let value = rest.popFirst() else { throw UsageError("\(name) needs a value, or is not known") }
                try set(name, value)
            }
        }
        for (name, path) in [("--vectors", vectors), ("--queries", queries), ("--truth", truth)] where path.isEmpty {
            throw UsageError("\(name) is missing")
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(UsageError) {
        switch name {
        case "--vectors": vectors = value
        case "--queries": queries = value
        case "--truth": truth = value
        case "--samples": samples = value
        case "--dim": dimensions = try Self.numbers(name, value)[0]
        case "--k": results = try Self.numbers(name, value)
        case "--batch": batches = try Self.numbers(name, value)
        case "--rounds": rounds = try Self.numbers(name, value)[0]
        case "--recall": recalls = try Self.recalls(value)
        default: throw UsageError("\(name) is not known")
        }
    }

    private static func numbers(_ name: String, _ list: String) throws(UsageError) -> [Int] {
        var found: [Int] = []
        for field in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(field), number > 0 else {
                throw UsageError("\(name): '\(field)' is not a whole number above 0")
            }
            found.append(number)
        }
        return found
    }

    private static func recalls(_ list: String) throws(UsageError) -> [Double] {
        var found: [Double] = []
        for field in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let recall = Double(field), recall > 0, recall <= 1 else {
                throw UsageError("--recall: '\(field)' is not a recall, above 0 and at most 1")
            }
            found.append(recall)
        }
        return found
    }
}

/// Arguments or files that cannot be used, and why.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
