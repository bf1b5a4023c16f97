import Domain
import Testing

@testable import Models

/// Links as recall and ranking serve them, against plain sums over all links.
@Suite struct LinkServingTests {
    private static let items = 60
    private let links = ItemLinksTests.random(items: items, each: 12, seed: 5)
    private let bundle: ModelBundle
    private let vectors: ItemVectors

    init() {
        let shape = TwoTowerShape(
            dimensions: 8, itemHidden: 4, userHidden: 5, items: Self.items, itemTokens: 0, userTokens: 0)
        let twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(),
            items: Vocabulary((0..<Self.items).map { "i\($0)" }), itemTokens: Vocabulary([]),
            userTokens: Vocabulary([]), parameters: ModelFixtures.uniform(shape.layout.count, seed: 3))
        bundle = ModelBundle(
            version: "", twoTower: twoTower, ranker: nil, links: links,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
        var vectors = bundle.makeItemVectors()
        // The catalogue numbers items otherwise than the model, and has some that the model does not know.
        bundle.encode(
            (0..<Self.items + 5).map { (ItemNumber($0), Item(id: Self.id($0))) }, into: &vectors)
        self.vectors = vectors
    }

    /// Item number 7·row mod 61 has row `row`, if that is below 60.
    private static func id(_ number: Int) -> String {
        let row = (0..<items).first { 7 * $0 % 61 == number }
        return row.map { "i\($0)" } ?? "new\(number)"
    }

    private static func number(_ row: Int32) -> ItemNumber { ItemNumber(7 * row % 61) }

    private static func state(_ numbers: [ItemNumber], weights: [Float]? = nil) -> UserState {
        var state = UserState()
        for (place, number) in numbers.enumerated() {
            state.apply(
                HistoryEntry(
                    item: number, kind: .click, weight: weights?[place] ?? 1, timestamp: Int64(place) * 60_000),
                limits: UserState.Limits())
        }
        return state
    }

    /// The sums of the links from the latest 8 items, each once, with weights that halve every so many items.
    private func sums(_ rows: [Int32], halfLife: Float) -> [SIMD4<Float>] {
        let latest = Array(rows.reversed().prefix(8))
        let decay = latest.indices.map { Decay.factor(Float($0) / halfLife) }
        var sums = [SIMD4<Float>](repeating: .zero, count: Self.items)
        for (place, row) in latest.enumerated() {
            for link in links[Int(row)] {
                sums[Int(link.target)] += link.weights * decay[place] / decay.reduce(0, +)
            }
        }
        return sums
    }

    @Test func featuresAreTheSumsOfTheLatestItems() {
        var inputs = RankingInputs()
        for count in [1, 3, 8, 20] {
            let rows = (0..<count).map { Int32($0 * 11 % Self.items) }
            let state = Self.state(rows.map(Self.number))
            let candidates = Array(0..<ItemNumber(Self.items + 5))
            let scores = candidates.map { Float($0) }
            var features = [Float](repeating: .nan, count: candidates.count * RankingFeature.count)
            var output = features.mutableSpan
            inputs.write(
                candidates.span, scores: scores.span, for: state, bundle: bundle,
                vectors: vectors, facts: ChunkedArray(), statistics: ItemStatistics(), into: &output)
            let (recent, long) = (sums(rows, halfLife: 3), sums(rows, halfLife: 20))
            for number in candidates {
                let row = (0..<Int32(Self.items)).first { Self.number($0) == number }
                let first = Int(number) * RankingFeature.count
                #expect(features[first] == Float(number))
                for kind in 0..<3 {
                    for (place, all) in [recent, long].enumerated() {
                        let sum = row.map { all[Int($0)][kind] } ?? 0
                        let found = features[first + RankingFeature.followingRecent.rawValue + 2 * kind + place]
                        #expect(abs(found - Logarithm.onePlus(sum * 1e4)) < 1e-3)
                    }
                }
            }
        }
    }

    /// What was disliked, what is there twice and what the model does not know lead nowhere.
    @Test func onlyLikedItemsCountEachOnce() {
        func features(_ state: UserState) -> [Float] {
            var inputs = RankingInputs()
            let candidates = Array(0..<ItemNumber(Self.items))
            let scores = [Float](repeating: 0, count: candidates.count)
            var features = [Float](repeating: 0, count: candidates.count * RankingFeature.count)
            var output = features.mutableSpan
            inputs.write(
                candidates.span, scores: scores.span, for: state, bundle: bundle, vectors: vectors,
                facts: ChunkedArray(), statistics: ItemStatistics(), into: &output)
            return candidates.flatMap { number in
                features[(Int(number) * RankingFeature.count + 16)..<((Int(number) + 1) * RankingFeature.count)]
            }
        }
        let plain = features(Self.state([7, 14]))
        #expect(plain.contains { $0 > 0 })
        #expect(features(Self.state([7, 21, 14], weights: [1, -1, 1])) == plain)
        #expect(features(Self.state([7, 62, 14])) == plain)
        #expect(features(Self.state([14, 7, 14])) == plain)
        #expect(features(Self.state([14, 7])) != plain)
    }

    /// The candidates of a user, of whom the model found `found`.
    private func candidates(
        _ limit: Int, found: [ItemNumber], state: UserState, excluded: [ItemNumber] = [], bundle: ModelBundle? = nil,
        recall: inout LinkRecall, isAllowed: @escaping (ItemNumber) -> Bool = { _ in true }
    ) -> LinkRecall.Candidates {
        let user = ModelFixtures.uniform(8, seed: 9)
        let best = found.map { (score: vectors.score(of: $0, user: user.span), item: $0) }.sorted {
            $0.score > $1.score
        }
        let (items, scores) = (best.map(\.item), best.map(\.score))
        var candidates = LinkRecall.Candidates()
        recall.fill(
            limit, found: items.span, scores: scores.span, user: state, vector: user.span,
            rules: LinkRecall.Rules(seen: state.seen, excluded: excluded, isAllowed: isAllowed),
            bundle: bundle ?? self.bundle, vectors: vectors, into: &candidates)
        return candidates
    }

    @Test func linksFillTheirPlacesWithTheStrongest() {
        var recall = LinkRecall()
        let rows: [Int32] = [3, 17, 40]
        let state = Self.state(rows.map(Self.number))
        let found = (1...20).map { ItemNumber($0) }.filter { !state.seen.contains($0) }
        for _ in 0..<2 {
            let all = candidates(20, found: Array(found), state: state, recall: &recall)
            let own = Set(zip(all.items, all.isLinked).filter { !$0.1 }.map(\.0))
            let linked = zip(all.items, all.isLinked).filter(\.1).map(\.0)
            #expect(all.items.count == 20 && Set(all.items).count == 20 && linked.count == 5)
            #expect(own.isSubset(of: found))
            #expect(all.scores == all.scores.sorted(by: >))
            let strengths = sums(rows, halfLife: 3)
            func strength(_ number: ItemNumber) -> Float {
                (0..<Int32(Self.items)).first { Self.number($0) == number }.map { strengths[Int($0)].y } ?? 0
            }
            let weakest = linked.map(strength).min() ?? 0
            #expect(weakest > 0)
            for row in 0..<Int32(Self.items) where !own.contains(Self.number(row)) && !linked.contains(Self.number(row))
            {
                #expect(state.seen.contains(Self.number(row)) || strength(Self.number(row)) <= weakest)
            }
        }
    }

    @Test func nothingComesByLinksThatMayNot() {
        var recall = LinkRecall()
        let state = Self.state([3, 17, 40].map(Self.number))
        let free = candidates(20, found: [], state: state, recall: &recall)
        #expect(free.items.count == 5 && free.isLinked.allSatisfy { $0 })
        #expect(Set(free.items).isDisjoint(with: state.seen))
        // The strongest are excluded, or not to be had: others come.
        let others = candidates(20, found: [], state: state, excluded: free.items, recall: &recall)
        #expect(others.items.count == 5 && Set(others.items).isDisjoint(with: free.items))
        let hidden = Set(free.items)
        let rest = candidates(20, found: [], state: state, recall: &recall) { !hidden.contains($0) }
        #expect(rest.items == others.items)
        // What the user meets is not brought again, and what is found is there once.
        var later = state
        later.apply(
            HistoryEntry(item: free.items[0], kind: .click, weight: -1, timestamp: 9_000_000), limits: .init())
        #expect(!candidates(20, found: [], state: later, recall: &recall).items.contains(free.items[0]))
        let both = candidates(20, found: free.items, state: state, recall: &recall)
        #expect(both.items.count == 10 && Set(both.items).count == 10)
        #expect(candidates(20, found: [], state: state, recall: &recall).items == free.items)
    }

    @Test func withoutLinksThereIsWhatTheModelFound() {
        var recall = LinkRecall()
        let state = Self.state([3, 17].map(Self.number))
        let found = (20...50).map { ItemNumber($0) }
        for other in [nil, links.withPlaces(0)] as [ItemLinks?] {
            let bundle = ModelBundle(
                version: "", twoTower: bundle.twoTower, ranker: nil, links: other,
                description: self.bundle.description)
            let all = candidates(20, found: found, state: state, bundle: bundle, recall: &recall)
            #expect(all.items.count == 20 && all.isLinked.allSatisfy { !$0 })
        }
        // A user of whom nothing is known has no links to follow.
        let nobody = candidates(20, found: found, state: UserState(), recall: &recall)
        #expect(nobody.items.count == 20 && nobody.isLinked.allSatisfy { !$0 })
    }
}
