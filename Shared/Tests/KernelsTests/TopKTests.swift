import Kernels
import Testing

@Suite struct TopKTests {
    static func select(_ scores: [Float], k: Int, pieces: Int, base: UInt32 = 0) -> (indices: [UInt32], scores: [Float])
    {
        var selection = TopK(k: k)
        for start in stride(from: 0, to: scores.count, by: pieces) {
            let piece = scores.span.extracting(start..<min(start + pieces, scores.count))
            selection.offer(piece, base: base + UInt32(start))
        }
        selection.finish()
        var found: (indices: [UInt32], scores: [Float]) = ([], [])
        selection.append(indicesTo: &found.indices, scoresTo: &found.scores)
        return found
    }

    static func expected(_ scores: [Float], k: Int) -> [UInt32] {
        let order = scores.indices.filter { scores[$0] > -.infinity }
            .sorted { (scores[$1], $0) < (scores[$0], $1) }
        return order.prefix(k).map { UInt32($0) }
    }

    @Test("The head of the full sort", arguments: [1, 2, 10, 200, 1_000, 6_000])
    func sorted(k: Int) {
        for seed in 1...3 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            let scores = random.floats(5_000)
            for pieces in [1_024, 511, 7_000] {
                let found = Self.select(scores, k: k, pieces: pieces)
                #expect(found.indices == Self.expected(scores, k: k), "seed \(seed), pieces \(pieces)")
                #expect(found.scores == found.indices.map { scores[Int($0)] })
            }
        }
    }

    @Test("Any order of arrival, and crowds of equals", arguments: [3, 100, 700])
    func adversarial(k: Int) {
        var random = SeededGenerator(seed: 5)
        let rising = (0..<4_000).map { Float($0) - 2_000 }
        let coarse = random.floats(4_000).map { ($0 * 4).rounded() }
        let tiny = Float.leastNonzeroMagnitude
        let mixed = (0..<4_000).map { i in [.nan, -.infinity, .infinity, -0.0, 0, tiny, -tiny, 3][i % 8] }
        for scores in [rising, rising.reversed(), coarse, mixed, [Float](repeating: 1, count: 4_000)] {
            #expect(Self.select(scores, k: k, pieces: 1_024).indices == Self.expected(scores, k: k))
        }
    }

    @Test("A selection starts afresh after a reset")
    func reset() {
        var selection = TopK(k: 2)
        selection.offer([1, 2, 3].span, base: 10)
        selection.finish()
        #expect(selection.count == 2 && selection.index(at: 0) == 12 && selection.score(at: 1) == 2)
        selection.reset(k: 3)
        selection.offer([-1].span, base: 0)
        selection.finish()
        #expect(selection.count == 1 && selection.index(at: 0) == 0 && selection.score(at: 0) == -1)
        selection.reset(k: 0)
        selection.offer([5].span, base: 0)
        selection.finish()
        #expect(selection.count == 0)
    }
}
