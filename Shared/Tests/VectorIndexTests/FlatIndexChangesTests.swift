import Testing
import VectorIndex

@Suite struct FlatIndexChangesTests {
    static func search(_ index: FlatIndex, _ query: [Float], k: Int) -> [UInt32] {
        var results = SearchResults()
        index.search(queries: query.span, count: 1, k: k, scratch: SearchScratch(), results: &results)
        return results.items
    }

    @Test("A change makes a new snapshot and leaves the old one")
    func snapshots() {
        let empty = FlatIndex(dimensions: 2)
        let first = empty.inserting([
            IndexEntry(number: 1, vector: [1, 0]), IndexEntry(number: 3, vector: [2, 0], bias: -1.5),
            IndexEntry(number: 2_000, vector: [0.9, 0]),
        ])
        let second = first.deleting([1, 77, 9_999_999]).inserting([IndexEntry(number: 3, vector: [3, 0])])
        #expect(Self.search(empty, [1, 0], k: 9) == [])
        #expect(Self.search(first, [1, 0], k: 9) == [1, 2_000, 3])
        #expect(Self.search(second, [1, 0], k: 9) == [3, 2_000])
        #expect((empty.aliveCount, first.aliveCount, second.aliveCount) == (0, 3, 2))
        #expect((empty.count, first.count, second.count) == (0, 2_001, 2_001))
        #expect(first.contains(1) && !second.contains(1) && !first.contains(2) && !first.contains(3_000))
    }

    @Test("The later of two entries with one number counts, and a deleted number may come back")
    func replaced() {
        let index = FlatIndex(dimensions: 1).inserting([
            IndexEntry(number: 5, vector: [1]), IndexEntry(number: 5, vector: [-1]),
        ])
        #expect(index.aliveCount == 1)
        var vector: [Float] = [0]
        var span = vector.mutableSpan
        #expect(index.copyVector(of: 5, into: &span))
        #expect(vector == [-1])
        let gone = index.deleting([5])
        span = vector.mutableSpan
        #expect(!gone.copyVector(of: 5, into: &span))
        #expect(vector == [0])
        #expect(gone.inserting([IndexEntry(number: 5, vector: [1])]).contains(5))
    }

    @Test("A stored vector is within half a step of the original", arguments: [1, 2, 3])
    func stored(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let dimensions = 37
        let vectors = random.floats(50 * dimensions)
        let index = FlatIndex(dimensions: dimensions, count: 50, vectors: vectors.span)
        for i in 0..<50 {
            var vector = [Float](repeating: 0, count: dimensions)
            var span = vector.mutableSpan
            index.copyVector(of: UInt32(i), into: &span)
            let original = vectors[i * dimensions..<(i + 1) * dimensions]
            let step = (original.map { abs($0) }.max() ?? 0) / 127
            #expect(zip(vector, original).allSatisfy { abs($0 - $1) <= 0.501 * step }, "row \(i), seed \(seed)")
        }
    }

    @Test("Built at once or item by item, an index is the same")
    func built() {
        var random = SeededGenerator(seed: 9)
        let vectors = random.floats(1_100 * 8)
        let whole = FlatIndex(dimensions: 8, count: 1_100, vectors: vectors.span)
        let parts = FlatIndex(dimensions: 8).inserting(
            (0..<1_100).reversed().map { i in
                IndexEntry(number: UInt32(i), vector: Array(vectors[i * 8..<(i + 1) * 8]))
            })
        let query = random.floats(8)
        #expect(Self.search(whole, query, k: 1_100) == Self.search(parts, query, k: 1_100))
        #expect(whole.memory == parts.memory && whole.memory == 2 * 1_024 * 24)
    }
}
