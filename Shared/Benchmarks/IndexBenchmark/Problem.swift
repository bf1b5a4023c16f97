import FoundationEssentials
import Kernels

/// What is searched, with what for, and what should be found.
struct Problem {
    let dimensions: Int
    let vectors: [Float]
    let queries: [Float]
    /// Other queries, for the index to be tuned with.
    let samples: [Float]
    /// For each query ``best`` numbers of vectors, best first.
    let truth: [Int32]

    var count: Int { vectors.count / dimensions }
    var queryCount: Int { queries.count / dimensions }
    var best: Int { truth.count / queryCount }

    /// Reads the files and checks that they fit together.
    init(_ options: Options) throws(UsageError) {
        guard options.dimensions <= Kernels.maximumDimensions else {
            throw UsageError("--dim: an index has at most \(Kernels.maximumDimensions) dimensions")
        }
        dimensions = options.dimensions
        vectors = try Self.read(options.vectors)
        queries = try Self.read(options.queries)
        samples = options.samples.isEmpty ? [] : try Self.read(options.samples)
        truth = try Self.read(options.truth)
        for (path, values) in [
            (options.vectors, vectors), (options.queries, queries), (options.samples, samples),
        ] where !path.isEmpty {
            guard !values.isEmpty, values.count.isMultiple(of: dimensions) else {
                throw UsageError("\(path): \(values.count) values are not rows of \(dimensions)")
            }
        }
        guard !truth.isEmpty, truth.count.isMultiple(of: queryCount) else {
            throw UsageError(
                "\(options.truth): \(truth.count) numbers are not as many for each of \(queryCount) queries")
        }
        guard truth.allSatisfy({ $0 >= 0 && Int($0) < count }) else {
            throw UsageError("\(options.truth): a number is not that of one of the \(count) vectors")
        }
        for k in options.results { try check(k) }
    }

    /// Whether the recall of `k` results can be told.
    func check(_ k: Int) throws(UsageError) {
        guard k <= best else { throw UsageError("the exact results are \(best) a query, fewer than k = \(k)") }
    }

    /// The share of the `k` best of each query that is among what was found.
    func recall(_ k: Int, found: [[UInt32]]) -> Double {
        var hits = 0
        for (query, items) in found.enumerated() {
            let expected = Set(truth[query * best..<query * best + k].map { UInt32($0) })
            hits += items.count { expected.contains($0) }
        }
        return Double(hits) / Double(k * queryCount)
    }

    private static func read<Value: BitwiseCopyable>(_ path: String) throws(UsageError) -> [Value] {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            throw UsageError("\(path): is not there, or cannot be read")
        }
        let size = MemoryLayout<Value>.size
        guard data.count.isMultiple(of: size) else {
            throw UsageError("\(path): \(data.count) bytes are not whole values of \(size)")
        }
        return data.withUnsafeBytes { Array($0.bindMemory(to: Value.self)) }
    }
}
