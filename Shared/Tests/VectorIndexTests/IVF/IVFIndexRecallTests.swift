import Testing
import VectorIndex

@Suite struct IVFIndexRecallTests {
    @Test(
        "A search reaches the recall that the index was made for",
        arguments: ClusteredWorld.Shape.allCases, [1, 2] as [UInt64])
    func target(shape: ClusteredWorld.Shape, seed: UInt64) {
        let world = ClusteredWorld(shape, seed: seed)
        let index = world.lists(seed: seed)
        for k in [10, 60, 200] {
            let truth = world.truth(k: k)
            for recall in [0.8, 0.9, 0.95] {
                let found = world.recall(of: index.withRecall(recall), k: k, truth: truth)
                // 150 queries leave a standard deviation of about a hundredth.
                #expect(found >= recall - 0.02, "\(shape), seed \(seed), k \(k)")
            }
        }
    }

    @Test("A lower recall takes fewer lists, and far fewer than all where there are clusters")
    func cost() {
        let index = ClusteredWorld(.clustered, seed: 3).lists()
        let probes = [0.8, 0.9, 0.95, 0.98].map { index.withRecall($0).probes(k: 10) }
        #expect(probes == probes.sorted() && probes[0] < probes[3])
        #expect(probes[2] * 5 < index.lists)
        #expect(index.probes(k: 10) <= index.probes(k: 30) && index.probes(k: 30) <= index.probes(k: 50))
        #expect(index.withRecall(1).probes(k: 1) == index.lists)
    }

    @Test("A recall that int8 queries do not give is reached by scoring candidates once more, without all lists")
    func rescored() {
        let world = ClusteredWorld(.clustered, seed: 9, queries: 300)
        let index = world.lists(tuned: true)
        for k in [10, 200] {
            let truth = world.truth(k: k)
            let exact = world.recall(of: index.withRecall(1), k: k, truth: truth)
            let found = world.recall(of: index.withRecall(0.995), k: k, truth: truth)
            #expect(found > exact, "k \(k)")
            #expect(index.withRecall(0.99).probes(k: k) < index.lists)
        }
    }

    @Test("Scores of candidates that are scored once more are those of the query as it is, inserted items too")
    func rescoredScores() {
        let world = ClusteredWorld(.skewed, seed: 10, count: 6_000, dimensions: 21, queries: 20)
        let moved = (0..<40).map { IndexEntry(number: UInt32($0 * 7), vector: world.vector($0 + 50), bias: 0.1) }
        let index = world.lists(recall: 0.99).inserting(moved)
        var results = SearchResults()
        index.search(
            queries: world.queries.span, count: world.queryCount, k: 50, scratch: SearchScratch(), results: &results)
        for q in 0..<world.queryCount {
            var last = Float.infinity
            for place in results.range(of: q) {
                let number = results.items[place]
                var vector = [Float](repeating: 0, count: 21)
                var span = vector.mutableSpan
                index.copyVector(of: number, into: &span)
                let isMoved = number % 7 == 0 && number < 280
                let bias = isMoved ? 0.1 : world.bias(Int(number))
                let dot = (0..<21).reduce(Float(0)) { $0 + vector[$1] * world.queries[q * 21 + $1] }
                #expect(abs(results.scores[place] - dot - bias) < 1e-5)
                #expect(results.scores[place] <= last)
                last = results.scores[place]
            }
        }
    }

    @Test("Queries that are unlike items are given to measure with")
    func ownQueries() {
        var world = ClusteredWorld(.clustered, seed: 5, queries: 400)
        // Between the clusters, where items never are.
        for i in world.queries.indices {
            world.queries[i] = world.queries[i] - world.queries[(i + 7 * world.dimensions) % world.queries.count]
        }
        let truth = world.truth(k: 50)
        let index = world.lists(recall: 0.95, tuned: true)
        #expect(world.recall(of: index, k: 50, truth: truth) >= 0.95)
        #expect(index.probes(k: 50) > world.lists(recall: 0.95).probes(k: 50))
    }

    @Test("Filters of any selectivity keep the recall", arguments: [0.5, 0.05, 0.001])
    func filtered(part: Double) {
        let world = ClusteredWorld(.clustered, seed: 6)
        let index = world.lists()
        var random = SeededGenerator(seed: 60)
        var filter = ItemFilter(count: world.count)
        for i in 0..<world.count where Double.random(in: 0..<1, using: &random) < part { filter.insert(UInt32(i)) }
        let truth = world.truth(k: 50) { _, i in filter.contains(UInt32(i)) }
        let allowed = [ItemFilter?](repeating: filter, count: world.queryCount)
        #expect(world.recall(of: index, k: 50, truth: truth, allowed: allowed) >= 0.94)
    }

    @Test("A filter that goes with the clusters, for queries in them and outside", arguments: [3, 40])
    func correlated(clusters: Int) {
        let world = ClusteredWorld(.clustered, seed: 7)
        let index = world.lists()
        var filter = ItemFilter(count: world.count)
        for i in 0..<world.count where world.clusters[i] < clusters { filter.insert(UInt32(i)) }
        let truth = world.truth(k: 50) { _, i in filter.contains(UInt32(i)) }
        let allowed = [ItemFilter?](repeating: filter, count: world.queryCount)
        #expect(world.recall(of: index, k: 50, truth: truth, allowed: allowed) >= 0.94)
    }

    @Test("Excluding the best keeps the recall of what is left")
    func excluded() {
        let world = ClusteredWorld(.clustered, seed: 8)
        let index = world.lists()
        let best = world.truth(k: 100)
        let truth = world.truth(k: 50) { q, i in !best[q].contains(UInt32(i)) }
        let lists = best.map { $0.sorted() }
        #expect(world.recall(of: index, k: 50, truth: truth, excluding: lists) >= 0.94)
    }
}
