import Kernels
import Testing
import VectorIndex

@Suite struct FlatIndexSearchTests {
    static let dimensions = 20
    static let count = 2_500

    struct World {
        var vectors: [Float]
        var biases: [Float]
        var alive: [Bool]
        var queries: [Float]

        init(seed: UInt64, queries queryCount: Int) {
            var random = SeededGenerator(seed: seed)
            vectors = random.floats(count * dimensions)
            biases = random.floats(count)
            alive = (0..<count).map { _ in Int.random(in: 0..<10, using: &random) > 0 }
            queries = random.floats(queryCount * dimensions)
        }

        func index() -> FlatIndex {
            FlatIndex(
                dimensions: dimensions, count: count, vectors: vectors.span, biases: biases.span, alive: alive.span)
        }
    }

    /// The int8 of a vector and its scale, from the definition.
    static func quantise(_ vector: ArraySlice<Float>) -> (values: [Int], scale: Float) {
        let highest = vector.map { abs($0) }.max() ?? 0
        return (vector.map { Int(($0 * (127 / highest)).rounded(.toNearestOrEven)) }, highest / 127)
    }

    /// The exact best of the int8 vectors by the plainest means.
    static func expected(
        _ world: World, query: Int, k: Int, where admits: (Int) -> Bool = { _ in true }
    ) -> [(item: UInt32, score: Float)] {
        let q = quantise(world.queries[query * dimensions..<(query + 1) * dimensions])
        var all: [(item: UInt32, score: Float)] = []
        for i in 0..<count where world.alive[i] && admits(i) {
            let x = quantise(world.vectors[i * dimensions..<(i + 1) * dimensions])
            let sum = zip(q.values, x.values).reduce(0) { $0 + $1.0 * $1.1 }
            all.append((UInt32(i), Float(sum) * (q.scale * x.scale) + world.biases[i]))
        }
        return Array(all.sorted { ($1.score, $0.item) < ($0.score, $1.item) }.prefix(k))
    }

    @Test("A search is the exact scan over the stored vectors, bit for bit", arguments: [1, 7, 8, 9, 21])
    func exact(queries: Int) {
        let world = World(seed: UInt64(queries), queries: queries)
        let scratch = SearchScratch()
        var results = SearchResults()
        let index = world.index()
        index.search(queries: world.queries.span, count: queries, k: 50, scratch: scratch, results: &results)
        #expect(results.queries == queries)
        for q in 0..<queries {
            let best = Self.expected(world, query: q, k: 50)
            #expect(Array(results.items[results.range(of: q)]) == best.map(\.item), "query \(q)")
            #expect(Array(results.scores[results.range(of: q)]) == best.map(\.score), "query \(q)")
        }
    }

    @Test("Exclusions and filters hold for their query alone, and leave nothing behind")
    func restricted() {
        let world = World(seed: 3, queries: 3)
        let index = world.index()
        let best = Self.expected(world, query: 1, k: 700).map(\.item)
        var filter = ItemFilter(count: Self.count)
        for i in stride(from: 0, to: UInt32(Self.count), by: 3) { filter.insert(i) }
        let scratch = SearchScratch()
        var results = SearchResults()
        for _ in 0..<2 {
            index.search(
                queries: world.queries.span, count: 3, k: 40, excluding: [[], best + [UInt32.max], [5]],
                allowed: [nil, nil, filter], scratch: scratch, results: &results)
            let barred = Set(best)
            let wanted = [
                Self.expected(world, query: 0, k: 40),
                Self.expected(world, query: 1, k: 40) { !barred.contains(UInt32($0)) },
                Self.expected(world, query: 2, k: 40) { $0 % 3 == 0 && $0 != 5 },
            ]
            for q in 0..<3 {
                #expect(Array(results.items[results.range(of: q)]) == wanted[q].map(\.item), "query \(q)")
            }
        }
        index.search(queries: world.queries.span, count: 3, k: 40, scratch: scratch, results: &results)
        #expect(Array(results.items[results.range(of: 1)]) == Array(best.prefix(40)))
    }

    @Test("A filter shorter than the index, and an empty one")
    func shortFilter() {
        let world = World(seed: 4, queries: 2)
        var filter = ItemFilter(count: 10)
        for i in 0..<10 { filter.insert(UInt32(i)) }
        filter.remove(3)
        #expect(filter.count == 9 && !filter.contains(3) && filter.contains(4))
        var results = SearchResults()
        world.index().search(
            queries: world.queries.span, count: 2, k: 40, allowed: [filter, ItemFilter(count: 0)],
            scratch: SearchScratch(), results: &results)
        #expect(
            Array(results.items[results.range(of: 0)])
                == Self.expected(world, query: 0, k: 40) { $0 < 10 && $0 != 3 }.map(\.item))
        #expect(results.range(of: 1).isEmpty)
    }

    @Test("More results than items, none, and no items")
    func extremes() {
        let world = World(seed: 5, queries: 1)
        let scratch = SearchScratch()
        var results = SearchResults()
        world.index().search(queries: world.queries.span, count: 1, k: 1_000_000, scratch: scratch, results: &results)
        #expect(results.items == Self.expected(world, query: 0, k: .max).map(\.item))
        world.index().search(queries: world.queries.span, count: 1, k: 0, scratch: scratch, results: &results)
        #expect(results.items.isEmpty && results.offsets == [0, 0])
        FlatIndex(dimensions: 20).search(
            queries: world.queries.span, count: 1, k: 5, scratch: scratch, results: &results)
        #expect(results.items.isEmpty && results.offsets == [0, 0])
    }

    @Test("Equal scores go to the lower number")
    func ties() {
        let vectors = [Float](repeating: 1, count: 3_000 * 4)
        let index = FlatIndex(dimensions: 4, count: 3_000, vectors: vectors.span)
        var results = SearchResults()
        index.search(
            queries: [1, 1, 1, 1].span, count: 1, k: 30, excluding: [[2, 7]], scratch: SearchScratch(),
            results: &results)
        #expect(results.items == (0..<32).filter { $0 != 2 && $0 != 7 })
    }

    @Test("A query that is not finite is answered, by biases alone")
    func notFinite() {
        let world = World(seed: 6, queries: 1)
        var results = SearchResults()
        world.index().search(
            queries: [Float](repeating: .nan, count: Self.dimensions).span, count: 1, k: 10, scratch: SearchScratch(),
            results: &results)
        let best = (0..<Self.count).filter { world.alive[$0] }.sorted { world.biases[$0] > world.biases[$1] }.prefix(10)
        #expect(results.items == best.map { UInt32($0) })
    }

    @Test("Recall against the float scan", arguments: [11, 12, 13])
    func recall(seed: UInt64) {
        let world = World(seed: seed, queries: 8)
        var results = SearchResults()
        world.index().search(
            queries: world.queries.span, count: 8, k: 100, scratch: SearchScratch(), results: &results)
        var hits = 0
        for q in 0..<8 {
            var scores: [(item: UInt32, score: Float)] = []
            let query = world.queries.span.extracting(q * Self.dimensions..<(q + 1) * Self.dimensions)
            for i in 0..<Self.count where world.alive[i] {
                let vector = world.vectors.span.extracting(i * Self.dimensions..<(i + 1) * Self.dimensions)
                scores.append((UInt32(i), Kernels.dot(query, vector) + world.biases[i]))
            }
            let best = Set(scores.sorted { $0.score > $1.score }.prefix(100).map(\.item))
            hits += results.items[results.range(of: q)].count { best.contains($0) }
        }
        #expect(hits >= 776, "recall \(Double(hits) / 800), seed \(seed)")
    }

    @Test("Where a sample of the rows misleads, high or low, the results are still those of the exact scan")
    func misleadingSample() {
        for bias in [30, -30] as [Float] {
            var world = World(seed: 77, queries: 3)
            // The rows that a search looks at first: 16 at the beginning and in the middle of each 1,024.
            for row in world.biases.indices where row % 512 < 16 { world.biases[row] += bias }
            let scratch = SearchScratch()
            var results = SearchResults()
            world.index().search(queries: world.queries.span, count: 3, k: 120, scratch: scratch, results: &results)
            for q in 0..<3 {
                let best = Self.expected(world, query: q, k: 120)
                #expect(Array(results.items[results.range(of: q)]) == best.map(\.item), "query \(q), bias \(bias)")
                #expect(Array(results.scores[results.range(of: q)]) == best.map(\.score), "query \(q), bias \(bias)")
            }
        }
    }
}
