import Testing
import VectorIndex

@Suite struct IVFIndexSearchTests {
    /// The items and scores of a batch.
    struct Found: Equatable {
        var items: [[UInt32]] = []
        var scores: [[Float]] = []

        init(
            _ index: any VectorIndex, _ queries: [Float], k: Int, excluding: [[UInt32]] = [],
            allowed: [ItemFilter?] = [],
            scratch: SearchScratch = SearchScratch()
        ) {
            var results = SearchResults()
            index.search(
                queries: queries.span, count: queries.count / index.dimensions, k: k, excluding: excluding,
                allowed: allowed, scratch: scratch, results: &results)
            for q in 0..<results.queries {
                items.append(Array(results.items[results.range(of: q)]))
                scores.append(Array(results.scores[results.range(of: q)]))
            }
        }
    }

    @Test("With all lists a search is the flat one, bit for bit", arguments: ClusteredWorld.Shape.allCases)
    func exact(shape: ClusteredWorld.Shape) {
        let world = ClusteredWorld(shape, seed: 21, count: 5_000, dimensions: 21, queries: 11)
        let index = world.lists().withRecall(1)
        let flat = world.flat()
        for k in [1, 100, 6_000] { #expect(Found(index, world.queries, k: k) == Found(flat, world.queries, k: k)) }
        var filter = ItemFilter(count: 4_000)
        for i in stride(from: 0, to: UInt32(4_000), by: 3) { filter.insert(i) }
        let allowed: [ItemFilter?] = (0..<11).map { $0 % 2 == 0 ? filter : nil }
        let excluding = (0..<11).map { q in (0..<UInt32(q * 40)).map { $0 * 7 } + [9_999_999] }
        let scratch = SearchScratch()
        for _ in 0..<2 {
            #expect(
                Found(index, world.queries, k: 90, excluding: excluding, allowed: allowed, scratch: scratch)
                    == Found(flat, world.queries, k: 90, excluding: excluding, allowed: allowed))
        }
        #expect(Found(index, world.queries, k: 90, scratch: scratch) == Found(flat, world.queries, k: 90))
    }

    @Test("Scores are those of the items, each item at most once, best first, in any case")
    func sound() {
        let world = ClusteredWorld(.skewed, seed: 22, count: 9_000)
        let all = Found(world.flat(), world.queries, k: world.count)
        let found = Found(world.lists(recall: 0.8), world.queries, k: 100)
        for q in 0..<world.queryCount {
            let scores = Dictionary(uniqueKeysWithValues: zip(all.items[q], all.scores[q]))
            #expect(found.items[q].count == 100 && Set(found.items[q]).count == 100)
            #expect(zip(found.items[q], found.scores[q]).allSatisfy { scores[$0] == $1 })
            #expect(zip(found.scores[q], found.scores[q].dropFirst()).allSatisfy { $0 >= $1 })
        }
    }

    @Test("Results do not depend on the batch, and the same seed makes the same index")
    func deterministic() {
        let world = ClusteredWorld(.clustered, seed: 23, queries: 30)
        let index = world.lists()
        let found = Found(index, world.queries, k: 80)
        for q in 0..<30 {
            let one = Found(index, Array(world.queries[q * 24..<(q + 1) * 24]), k: 80)
            #expect(one.items[0] == found.items[q] && one.scores[0] == found.scores[q])
        }
        let again = world.lists()
        #expect(Found(again, world.queries, k: 80) == found)
        #expect((again.lists, again.memory, again.probes(k: 99)) == (index.lists, index.memory, index.probes(k: 99)))
    }

    @Test("Queries that share most of their lists find what each finds alone", arguments: ClusteredWorld.Shape.allCases)
    func neighbours(shape: ClusteredWorld.Shape) {
        let world = ClusteredWorld(shape, seed: 29, queries: 4)
        let index = world.lists()
        // Pairs, triples and more of queries that are near each other, equal ones among them.
        var queries: [Float] = []
        for q in 0..<16 {
            let base = q * q % 4 * 24
            for d in 0..<24 {
                let shift = q % 3 == 0 ? Float(0) : Float((q + d) % 5) * 0.002
                queries.append(world.queries[base + d] + shift)
            }
        }
        let barred: [[UInt32]] = (0..<16).map { q in (0..<UInt32(q * 60)).map { $0 * 3 } }
        for excluding in [[], barred] {
            let found = Found(index, queries, k: 60, excluding: excluding)
            for q in 0..<16 {
                let one = Found(
                    index, Array(queries[q * 24..<(q + 1) * 24]), k: 60,
                    excluding: excluding.isEmpty ? [] : [excluding[q]])
                #expect(one.items[0] == found.items[q] && one.scores[0] == found.scores[q], "query \(q)")
                #expect(Set(found.items[q]).count == 60)
            }
        }
    }

    @Test("Queries of a batch, some of which scan everything, find what each finds alone, inserted rows too")
    func mixedBatch() {
        let world = ClusteredWorld(.clustered, seed: 28, queries: 21)
        let moved = (0..<1_500).map {
            IndexEntry(number: UInt32($0 * 5), vector: world.vector($0 + 3), bias: Float($0 % 7) * 0.01)
        }
        let index = world.lists().inserting(moved)
        var (few, many) = (ItemFilter(count: world.count), ItemFilter(count: world.count))
        for i in 0..<UInt32(world.count) {
            if i % 100 == 3 { few.insert(i) }
            if i % 3 != 0 { many.insert(i) }
        }
        // A run of filters that admit few, single ones of these, and queries without.
        let allowed: [ItemFilter?] = (0..<21).map { $0 < 5 || $0 % 6 == 0 ? few : $0 % 2 == 0 ? many : nil }
        let excluding = (0..<21).map { q in (0..<UInt32(q * 9)).map { $0 * 10 + UInt32(q) } }
        let scratch = SearchScratch()
        let found = Found(index, world.queries, k: 40, excluding: excluding, allowed: allowed, scratch: scratch)
        let flat = Found(world.flat().inserting(moved), world.queries, k: 40, excluding: excluding, allowed: allowed)
        for q in 0..<21 {
            let one = Found(
                index, Array(world.queries[q * 24..<(q + 1) * 24]), k: 40, excluding: [excluding[q]],
                allowed: [allowed[q]], scratch: scratch)
            #expect(one.items[0] == found.items[q] && one.scores[0] == found.scores[q], "query \(q)")
            if q < 5 { #expect(found.items[q] == flat.items[q], "query \(q)") }
        }
        #expect(index.withRecall(1).probes(k: 40) > index.probes(k: 40))
    }

    @Test("Equal scores go to the lower number")
    func ties() {
        // Two vectors only, in an order that clustering does not keep.
        let vectors = (0..<6_000).flatMap { i in i * 7919 % 6_000 < 3_000 ? [1, 0, 0, 1] : [0, 1, 1, 0] as [Float] }
        let index = IndexBuilder(recall: 0.9).buildLists(dimensions: 4, count: 6_000, vectors: vectors.span)
        let flat = FlatIndex(dimensions: 4, count: 6_000, vectors: vectors.span)
        for k in [1, 30, 2_999, 3_001, 7_000] {
            #expect(
                Found(index.withRecall(1), [1, 0, 0, 1], k: k, excluding: [[2, 7]])
                    == Found(flat, [1, 0, 0, 1], k: k, excluding: [[2, 7]]), "k \(k)")
        }
    }

    @Test("Few items, no items, one value, zeros and values that are no numbers")
    func extremes() {
        let empty = IndexBuilder().buildLists(dimensions: 3, count: 0, vectors: [Float]().span)
        #expect(Found(empty, [1, 2, 3], k: 5).items == [[]] && empty.aliveCount == 0)
        for count in [1, 2, 15, 16, 17, 100] {
            var random = SeededGenerator(seed: UInt64(count))
            let vectors = random.floats(count * 3)
            let index = IndexBuilder(recall: 0.995).buildLists(dimensions: 3, count: count, vectors: vectors.span)
            let flat = FlatIndex(dimensions: 3, count: count, vectors: vectors.span)
            #expect(Found(index.withRecall(1), [1, 2, 3], k: 7) == Found(flat, [1, 2, 3], k: 7))
            #expect(Found(index, [1, 2, 3], k: 0).items == [[]])
        }
        for value in [0, 1, .nan, .infinity] as [Float] {
            let vectors = [Float](repeating: value, count: 3_000 * 5)
            let index = IndexBuilder(recall: 0.9).buildLists(dimensions: 5, count: 3_000, vectors: vectors.span)
            let found = Found(index.withRecall(1), [1, 1, 1, 1, 1], k: 20)
            #expect(found.items == [Array(0..<20)], "value \(value)")
            #expect(Found(index, [.nan, 1, 1, 1, .infinity], k: 20).items[0].count == 20)
        }
    }

    @Test("Items that are not there are not found")
    func alive() {
        var world = ClusteredWorld(.clustered, seed: 24, count: 3_000, queries: 5)
        let alive = (0..<3_000).map { $0 % 3 != 1 }
        world.biases = (0..<3_000).map { $0 == 5 ? .nan : $0 == 6 ? .infinity : Float($0 % 10) * 0.01 }
        let index = IndexBuilder(recall: 0.9).buildLists(
            dimensions: 24, count: 3_000, vectors: world.vectors.span, biases: world.biases?.span, alive: alive.span)
        let flat = FlatIndex(
            dimensions: 24, count: 3_000, vectors: world.vectors.span, biases: world.biases?.span, alive: alive.span)
        #expect(index.aliveCount == 2_000 && index.count == 3_000 && index.contains(0) && !index.contains(1))
        #expect(Found(index.withRecall(1), world.queries, k: 150) == Found(flat, world.queries, k: 150))
        var (one, other) = ([Float](repeating: 9, count: 24), [Float](repeating: 9, count: 24))
        for number in [0, 1, 2_999, 3_000] as [UInt32] {
            var a = one.mutableSpan
            var b = other.mutableSpan
            #expect(index.copyVector(of: number, into: &a) == flat.copyVector(of: number, into: &b))
            #expect(one == other)
        }
    }

    @Test("The builder takes lists for many items and a flat index for few, or where lists do not help")
    func choice() {
        func build(_ world: ClusteredWorld, _ recall: Double) -> any VectorIndex {
            IndexBuilder(recall: recall).build(dimensions: 24, count: world.count, vectors: world.vectors.span)
        }
        #expect(build(ClusteredWorld(.clustered, seed: 25), 0.9) is IVFIndex)
        #expect(build(ClusteredWorld(.clustered, seed: 25, count: 2_000), 0.9) is FlatIndex)
        #expect(build(ClusteredWorld(.uniform, seed: 25), 0.99) is FlatIndex)
    }

    @Test("A deadline that has passed ends a search, and says so")
    func deadline() {
        let world = ClusteredWorld(.clustered, seed: 26, queries: 9)
        var results = SearchResults()
        let index = world.lists()
        let scratch = SearchScratch()
        index.search(
            queries: world.queries.span, count: 9, k: 10, excluding: [], allowed: [],
            deadline: .now - .seconds(1), scratch: scratch, results: &results)
        #expect(!results.isComplete && results.queries == 9)
        index.search(
            queries: world.queries.span, count: 9, k: 10, excluding: [], allowed: [],
            deadline: .now + .seconds(600), scratch: scratch, results: &results)
        #expect(results.isComplete && results.items.count == 90)
    }

    @Test("An index takes little more memory than its int8 vectors")
    func memory() {
        let world = ClusteredWorld(.clustered, seed: 27, count: 30_000, dimensions: 64, queries: 1)
        #expect(Double(world.lists().memory) <= 1.15 * 64 * 30_000)
    }
}
