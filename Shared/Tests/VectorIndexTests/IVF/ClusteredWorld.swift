import Kernels
import VectorIndex

/// Made-up vectors for approximate search, of several shapes.
struct ClusteredWorld {
    enum Shape: String, CaseIterable, Sendable {
        /// Unit vectors around centres.
        case clustered
        /// No structure at all: the hardest.
        case uniform
        /// Clusters of very different sizes and lengths, with biases.
        case skewed
        /// Vectors whose lengths differ by a factor of ten, for inner products.
        case lengths
    }

    var dimensions: Int
    var vectors: [Float] = []
    var biases: [Float]?
    var queries: [Float] = []
    /// The cluster of each item.
    var clusters: [Int] = []

    var count: Int { vectors.count / dimensions }
    var queryCount: Int { queries.count / dimensions }

    init(_ shape: Shape, seed: UInt64, count: Int = 10_000, dimensions: Int = 24, queries queryCount: Int = 150) {
        self.dimensions = dimensions
        var random = SeededGenerator(seed: seed)
        let centres = (0..<120).map { _ in Self.unit(Self.normal(dimensions, &random)) }
        if shape == .skewed { biases = [] }
        for i in 0..<count + queryCount {
            var cluster = Int.random(in: 0..<centres.count, using: &random)
            if shape == .skewed { cluster = cluster * cluster / centres.count }
            var vector = Self.normal(dimensions, &random)
            if shape != .uniform {
                for d in 0..<dimensions { vector[d] = centres[cluster][d] + vector[d] * 0.12 }
            }
            vector = Self.unit(vector)
            if shape == .lengths || shape == .skewed {
                let length = Float.random(in: 0.3..<1, using: &random)
                for d in 0..<dimensions { vector[d] *= length * length * 3 }
            }
            if i < count {
                vectors += vector
                clusters.append(cluster)
                biases?.append(Float.random(in: -0.2..<0.2, using: &random))
            } else {
                queries += vector
            }
        }
    }

    func vector(_ i: Int) -> [Float] { Array(vectors[i * dimensions..<(i + 1) * dimensions]) }

    func bias(_ i: Int) -> Float { biases?[i] ?? 0 }

    func flat() -> FlatIndex {
        FlatIndex(dimensions: dimensions, count: count, vectors: vectors.span, biases: biases?.span)
    }

    func lists(recall: Double = 0.95, seed: UInt64 = 1, tuned: Bool = false) -> IVFIndex {
        var builder = IndexBuilder(recall: recall, seed: seed)
        builder.measured = 300
        return builder.buildLists(
            dimensions: dimensions, count: count, vectors: vectors.span, biases: biases?.span,
            queries: tuned ? queries.span : nil)
    }

    /// The true best of each query, in float, of the items that a closure admits.
    func truth(k: Int, where admits: ((Int, Int) -> Bool)? = nil) -> [Set<UInt32>] {
        var scores = [Float](repeating: 0, count: queryCount * count)
        var all = scores.mutableSpan
        Kernels.gemmNT(
            m: queryCount, n: count, k: dimensions, a: queries.span, b: vectors.span, c: &all, bias: biases?.span)
        return (0..<queryCount).map { q in
            if let admits {
                for i in 0..<count where !admits(q, i) { scores[q * count + i] = -.infinity }
            }
            var selection = TopK(k: k)
            selection.offer(scores.span.extracting(q * count..<(q + 1) * count), base: 0)
            selection.finish()
            return Set((0..<selection.count).map { selection.index(at: $0) })
        }
    }

    /// The mean part of the true best that an index finds.
    func recall(
        of index: any VectorIndex, k: Int, truth: [Set<UInt32>], excluding: [[UInt32]] = [], allowed: [ItemFilter?] = []
    ) -> Double {
        var results = SearchResults()
        index.search(
            queries: queries.span, count: queryCount, k: k, excluding: excluding, allowed: allowed,
            scratch: SearchScratch(), results: &results)
        let parts = (0..<queryCount).map { q in
            let hits = results.items[results.range(of: q)].prefix(k).count { truth[q].contains($0) }
            return truth[q].isEmpty ? 1 : Double(hits) / Double(truth[q].count)
        }
        return parts.reduce(0, +) / Double(max(1, parts.count))
    }

    private static func normal(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        // The sum of the four 16-bit parts of a random word is close enough to normal.
        (0..<count).map { _ in
            let bits = random.next()
            let sum = Int(bits & 0xFFFF) + Int(bits >> 16 & 0xFFFF) + Int(bits >> 32 & 0xFFFF) + Int(bits >> 48)
            return Float(sum - 131_070) / 37_837
        }
    }

    private static func unit(_ vector: [Float]) -> [Float] {
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }
}
