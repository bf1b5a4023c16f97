/// A strict reader of Prometheus' text format 0.0.4, written from its specification and not from the renderer.
struct ExpositionChecker {
    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var samples: [Sample] = []
    private(set) var helps: [String: String] = [:]
    private(set) var types: [String: String] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(description: "the last line has no line feed") }
        var finished: Set<String> = []
        var current: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
                let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { throw Failure(description: "incomplete: \(line)") }
                let name = String(parts[0])
                if name != current {
                    if let current { finished.insert(current) }
                    guard !finished.contains(name) else { throw Failure(description: "\(name) is scattered") }
                    current = name
                }
                let isHelp = line.hasPrefix("# HELP ")
                guard (isHelp ? helps : types)[name] == nil else { throw Failure(description: "twice: \(line)") }
                if isHelp { helps[name] = String(parts[1]) } else { types[name] = String(parts[1]) }
            } else {
                let sample = try Self.sample(line)
                guard let current, Self.belongs(sample.name, to: current, type: types[current]) else {
                    throw Failure(description: "outside its family: \(line)")
                }
                let isRepeated = samples.contains { $0.name == sample.name && $0.labels == sample.labels }
                guard !isRepeated else { throw Failure(description: "repeated: \(line)") }
                samples.append(sample)
            }
        }
        for (name, type) in types where type == "histogram" { try checkHistogram(name) }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func belongs(_ name: String, to family: String, type: String?) -> Bool {
        guard type == "histogram" else { return type != nil && name == family }
        return ["_bucket", "_sum", "_count"].contains { name == family + $0 }
    }

    private func checkHistogram(_ name: String) throws {
        let buckets = samples.filter { $0.name == name + "_bucket" }
        var series: [[String: String]: [(le: Double, count: Double)]] = [:]
        for bucket in buckets {
            guard let text = bucket.labels["le"], let le = text == "+Inf" ? .infinity : Double(text) else {
                throw Failure(description: "\(name) has a bucket without a bound")
            }
            series[bucket.labels.filter { $0.key != "le" }, default: []].append((le, bucket.value))
        }
        for (labels, cuts) in series {
            for (lower, upper) in zip(cuts, cuts.dropFirst()) where lower.le >= upper.le || lower.count > upper.count {
                throw Failure(description: "\(name) is not cumulative at \(upper.le)")
            }
            guard cuts.last?.le == .infinity, value(name + "_count", labels) == cuts.last?.count,
                value(name + "_sum", labels) != nil
            else { throw Failure(description: "\(name) lacks +Inf, _count or _sum") }
        }
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
        guard let first = name.first, !first.isNumber else { throw Failure(description: "no name: \(line)") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, rest.hasPrefix("=\"") else { throw Failure(description: "bad label: \(line)") }
                rest = rest.dropFirst(2)
                labels[label] = try quoted(&rest, line)
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        guard rest.first == " " else { throw Failure(description: "no space before the value: \(line)") }
        let text = rest.dropFirst()
        guard let value = text == "+Inf" ? .infinity : text == "NaN" ? .nan : Double(text) else {
            throw Failure(description: "no number: \(line)")
        }
        return Sample(name: String(name), labels: labels, value: value)
    }

    private static func quoted(_ rest: inout Substring, _ line: Substring) throws -> String {
        var value = ""
        while let character = rest.popFirst() {
            if character == "\"" { return value }
            guard character == "\\" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\\": value.append("\\")
            case "\"": value.append("\"")
            case "n": value.append("\n")
            default: throw Failure(description: "bad escape: \(line)")
            }
        }
        throw Failure(description: "no closing quote: \(line)")
    }
}
