import Domain
import Testing

struct HistoryPoolingTests {
    private func entry(_ item: ItemNumber, weight: Float = 1, at timestamp: Int64) -> HistoryEntry {
        HistoryEntry(item: item, kind: .click, weight: weight, timestamp: timestamp)
    }

    private func weights(_ history: [HistoryEntry], _ pooling: HistoryPooling = HistoryPooling()) -> PoolingWeights {
        var weights = PoolingWeights()
        pooling.write(of: history.span, into: &weights)
        return weights
    }

    @Test func dependsOnAgesAndNotOnTheClock() {
        let day: Int64 = 86_400_000
        let early = weights([entry(1, at: 0), entry(2, at: 3 * day), entry(3, at: 4 * day)])
        let late = weights([entry(1, at: 900 * day), entry(2, at: 903 * day), entry(3, at: 904 * day)])
        #expect(early.long == late.long)
        #expect(early.short == late.short)
    }

    @Test func shortAverageForgetsByPosition() {
        let history = (0..<7).map { entry(ItemNumber($0), at: 5) }
        let weights = weights(history, HistoryPooling(shortHalfLife: 3))
        #expect(abs(weights.short[3] / weights.short[6] - 0.5) < 1e-6)
        #expect(weights.long[3] == weights.long[6])
    }

    @Test func whatWasDislikedCountsAgainst() {
        let weights = weights([entry(1, weight: -1, at: 0), entry(2, weight: 4, at: 1)])
        #expect(weights.long[0] < 0)
        #expect(weights.long[1] > 0)
    }

    @Test func looksAtTheNewestEntriesOnly() {
        let history = (0..<100).map { entry(ItemNumber($0), at: Int64($0)) }
        #expect(weights(history, HistoryPooling(length: 10)).count == 10)
        #expect(weights([]).count == 0)
    }

    @Test func aLongerHistoryWeighsMore() {
        let one = weights([entry(1, at: 0)])
        let many = weights((0..<9).map { entry(ItemNumber($0), at: 0) })
        #expect(abs(one.long[..<1].reduce(0, +) - 1) < 1e-6)
        #expect(abs(many.long[..<9].reduce(0, +) - 3) < 1e-5)
    }

    @Test func extremeTimestampsAreOnlyOld() {
        let weights = weights([entry(1, at: .min), entry(2, at: .max)])
        #expect(weights.long[..<2].allSatisfy { $0.isFinite })
        #expect(weights.long[1] > weights.long[0])
    }
}
