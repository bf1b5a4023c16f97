import Testing
import VectorIndex

@Suite struct IVFIndexChangesTests {
    @Test("Any order of insertions, replacements and deletions gives what a flat index gives", arguments: [1, 2, 3])
    func interleaved(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let world = ClusteredWorld(seed == 2 ? .skewed : .clustered, seed: seed, count: 4_000, queries: 6)
        var index = world.lists().withRecall(1)
        var flat = world.flat()
        for step in 0..<40 {
            let numbers = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt32.random(in: 0..<4_300, using: &random)
            }
            if Bool.random(using: &random) {
                let entries = numbers.map { number in
                    IndexEntry(
                        number: number, vector: world.vector(Int.random(in: 0..<4_000, using: &random)),
                        bias: Bool.random(using: &random) ? 0.1 : 0)
                }
                (index, flat) = (index.inserting(entries), flat.inserting(entries))
            } else {
                (index, flat) = (index.deleting(numbers), flat.deleting(numbers))
            }
            if step == 25 { index = index.rebuilt() }
            #expect((index.count, index.aliveCount) == (flat.count, flat.aliveCount), "step \(step), seed \(seed)")
            for number in numbers { #expect(index.contains(number) == flat.contains(number)) }
            let found = IVFIndexSearchTests.Found(
                index, world.queries, k: 70, excluding: [[1], [], numbers, [], [], []])
            #expect(
                found
                    == IVFIndexSearchTests.Found(flat, world.queries, k: 70, excluding: [[1], [], numbers, [], [], []]),
                "step \(step), seed \(seed)")
        }
        var (one, other) = ([Float](repeating: 0, count: 24), [Float](repeating: 0, count: 24))
        for number in 0..<UInt32(4_300) {
            var a = one.mutableSpan
            var b = other.mutableSpan
            #expect(index.copyVector(of: number, into: &a) == flat.copyVector(of: number, into: &b))
            #expect(one == other, "item \(number), seed \(seed)")
        }
    }

    @Test("A change leaves the snapshot before it alone, and is found at once")
    func snapshots() {
        let world = ClusteredWorld(.clustered, seed: 31, queries: 1)
        let index = world.lists()
        let before = IVFIndexSearchTests.Found(index, world.queries, k: 20)
        let best = before.items[0][0]
        let deleted = index.deleting([best])
        let far = world.queries.map { 2 * $0 }
        let inserted = deleted.inserting([IndexEntry(number: 70_000, vector: far)])
        #expect(IVFIndexSearchTests.Found(index, world.queries, k: 20) == before)
        #expect(!IVFIndexSearchTests.Found(deleted, world.queries, k: 20).items[0].contains(best))
        #expect(IVFIndexSearchTests.Found(inserted, world.queries, k: 20).items[0][0] == 70_000)
        #expect(inserted.count == 70_001 && index.count == world.count)
    }

    @Test("An index whose items have all gone, and come back")
    func emptied() {
        let world = ClusteredWorld(.clustered, seed: 32, count: 5_000, queries: 2)
        let numbers = (0..<UInt32(5_000)).map { $0 }
        let gone = world.lists().deleting(numbers)
        #expect(gone.aliveCount == 0 && gone.needsRebuild)
        #expect(IVFIndexSearchTests.Found(gone, world.queries, k: 9).items == [[], []])
        let rebuilt = gone.rebuilt()
        #expect(rebuilt.aliveCount == 0 && !rebuilt.needsRebuild && rebuilt.count == 5_000)
        let back = rebuilt.inserting(numbers.map { IndexEntry(number: $0, vector: world.vector(Int($0))) })
        #expect(back.needsRebuild)
        #expect(
            IVFIndexSearchTests.Found(back.rebuilt().withRecall(1), world.queries, k: 9)
                == IVFIndexSearchTests.Found(world.flat(), world.queries, k: 9))
    }

    @Test("A rebuilt index keeps the recall")
    func recall() {
        let world = ClusteredWorld(.clustered, seed: 33)
        let half = IndexBuilder(recall: 0.95).buildLists(
            dimensions: 24, count: 6_000, vectors: world.vectors.span.extracting(first: 6_000 * 24))
        let whole = half.inserting(
            (6_000..<10_000).map { IndexEntry(number: UInt32($0), vector: world.vector($0)) })
        #expect(whole.needsRebuild && !half.needsRebuild)
        let truth = world.truth(k: 50)
        #expect(world.recall(of: whole, k: 50, truth: truth) >= 0.94)
        #expect(world.recall(of: whole.rebuilt(), k: 50, truth: truth) >= 0.94)
    }
}
