import Domain
import Testing

struct FeatureEncoderTests {
    private let day: Int64 = 86_400_000
    private let limits = UserState.Limits()

    private var facts: ChunkedArray<ItemFacts> {
        var facts = ChunkedArray<ItemFacts>()
        for categories in [["shoes"], ["shoes", "red"], ["hats"], []] {
            facts.append(ItemFacts(Item(id: "", categories: categories, createdAt: 10 * day)))
        }
        return facts
    }

    private func entry(_ item: ItemNumber, _ kind: EventKind, weight: Float, at timestamp: Int64) -> HistoryEntry {
        HistoryEntry(item: item, kind: kind, weight: weight, value: kind == .rating ? 4 : .nan, timestamp: timestamp)
    }

    private func row(
        _ encoder: inout FeatureEncoder, _ item: ItemNumber, _ statistics: ItemStatistics, score: Float = 0
    ) -> [Float] {
        var values = [Float](repeating: .nan, count: RankingFeature.count)
        var span = values.mutableSpan
        let (list, scores) = ([item], [score])
        encoder.encode(list.span, scores: scores.span, facts: facts, statistics: statistics, into: &span)
        return values
    }

    @Test func everyFeatureIsWrittenAndFinite() {
        var encoder = FeatureEncoder()
        encoder.begin(user: UserState(), facts: facts)
        for item in 0..<ItemNumber(6) {
            #expect(row(&encoder, item, ItemStatistics()).allSatisfy { $0.isFinite })
        }
    }

    @Test func sharesFollowTheHistory() {
        var user = UserState()
        user.apply(entry(0, .click, weight: 1, at: 1 * day), limits: limits)
        user.apply(entry(2, .purchase, weight: 3, at: 2 * day), limits: limits)
        var encoder = FeatureEncoder()
        encoder.begin(user: user, facts: facts)
        let shoes = row(&encoder, 1, ItemStatistics())
        let hats = row(&encoder, 2, ItemStatistics())
        #expect(shoes[RankingFeature.categoryShare.rawValue] == 0.25)
        #expect(shoes[RankingFeature.categoryMeanShare.rawValue] == 0.125)
        #expect(hats[RankingFeature.categoryShare.rawValue] == 0.75)
        #expect(shoes[RankingFeature.categoryRecency.rawValue] == 0.5)
        #expect(hats[RankingFeature.categoryRecency.rawValue] == 1)
        #expect(shoes[RankingFeature.timesHad.rawValue] == 0)
        #expect(hats[RankingFeature.itemRecency.rawValue] == 1)
    }

    @Test func countersFadeByTheStreamsClock() {
        var statistics = ItemStatistics()
        statistics.apply(entry(0, .click, weight: 2, at: 20 * day))
        var encoder = FeatureEncoder()
        encoder.begin(user: UserState(), facts: facts)
        let fresh = row(&encoder, 0, statistics)
        #expect(row(&encoder, 0, statistics) == fresh)
        statistics.advance(to: 34 * day)
        let old = row(&encoder, 0, statistics)
        let popularity = RankingFeature.recentPopularity.rawValue
        #expect(abs(fresh[popularity] - 1.098_612) < 1e-4)
        #expect(abs(old[popularity] - 0.693_147) < 1e-4)
        #expect(old[RankingFeature.idleTime.rawValue] > fresh[RankingFeature.idleTime.rawValue])
        #expect(old[RankingFeature.totalPopularity.rawValue] == fresh[RankingFeature.totalPopularity.rawValue])
    }

    /// A service encodes many users with one encoder, a replay perhaps with a new one each time: same bits.
    @Test func nothingOfOneUserReachesTheNext() {
        var seed: UInt64 = 3
        func next(_ bound: UInt64) -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (seed >> 33) % bound
        }
        var statistics = ItemStatistics()
        var users = [UserState](repeating: UserState(), count: 5)
        var kept = FeatureEncoder()
        for step in 0..<300 {
            let happened = entry(
                ItemNumber(next(4)), EventKind(rawValue: UInt8(next(9))) ?? .view, weight: Float(next(7)) - 2,
                at: Int64(step) * day / 3)
            let user = Int(next(5))
            var new = FeatureEncoder()
            kept.begin(user: users[user], facts: facts)
            new.begin(user: users[user], facts: facts)
            let item = ItemNumber(next(5))
            #expect(
                row(&kept, item, statistics, score: 0.5) == row(&new, item, statistics, score: 0.5),
                "seed 3, step \(step)")
            users[user].apply(happened, limits: limits)
            statistics.apply(happened)
        }
    }

    @Test func theSpecificationIsFixed() {
        #expect(
            RankingFeature.specification == [
                "recallScore", "categoryShare", "categoryMeanShare", "recentCategoryShare", "categoryRecency",
                "recentPopularity", "totalPopularity", "trend", "responseRate", "impressions", "ratingMean", "age",
                "idleTime", "historyLength", "timesHad", "itemRecency", "followingRecent", "followingLong",
                "companyRecent", "companyLong", "nearRecent", "nearLong",
            ])
    }

    /// Groups of eight and what is left over, in any order: a row depends on its item alone.
    @Test func aListsRowsAreThoseOfItsItems() {
        var statistics = ItemStatistics()
        for step in 0..<40 {
            statistics.apply(
                entry(ItemNumber(step % 4), step % 3 == 0 ? .impression : .rating, weight: 1, at: Int64(step) * day / 2)
            )
        }
        var user = UserState()
        user.apply(entry(0, .click, weight: 1, at: 19 * day), limits: limits)
        user.apply(entry(2, .purchase, weight: 3, at: 20 * day), limits: limits)
        var encoder = FeatureEncoder()
        encoder.begin(user: user, facts: facts)
        let items = (0..<21).map { ItemNumber($0 * 3 % 5) }
        let scores = items.indices.map { Float($0) / 8 }
        var values = [Float](repeating: .nan, count: items.count * RankingFeature.count)
        var span = values.mutableSpan
        encoder.encode(items.span, scores: scores.span, facts: facts, statistics: statistics, into: &span)
        for (place, item) in items.enumerated() {
            let own = values[(place * RankingFeature.count)..<((place + 1) * RankingFeature.count)]
            #expect(Array(own) == row(&encoder, item, statistics, score: scores[place]), "place \(place)")
        }
    }

    @Test func theLogarithmIsOne() {
        #expect(Logarithm.onePlus(0) == 0)
        #expect(Logarithm.onePlus(-5) == 0)
        #expect(Logarithm.onePlus(.nan) == 0)
        #expect(Logarithm.onePlus(.infinity).isFinite)
        for (x, expected) in [(Float(1), Float(0.693_147)), (9, 2.302_585), (0.01, 0.009_950), (1e6, 13.815_512)] {
            #expect(abs(Logarithm.onePlus(x) - expected) < 2e-5 * max(1, expected))
        }
    }
}
