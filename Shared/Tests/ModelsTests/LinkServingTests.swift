import Domain
import Testing

@testable import Models

/// Links as ranking serves them, against plain sums over all links.
@Suite struct LinkServingTests {
    private static let items = 60
    private let links = ItemLinksTests.random(items: items, each: 12, seed: 5)
    private let twoTower: TwoTowerModel
    private let vectors: ItemVectors

    init() {
        let shape = TwoTowerShape(
            dimensions: 8, itemHidden: 4, userHidden: 5, items: Self.items, itemTokens: 0, userTokens: 0)
        twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(),
            items: Vocabulary((0..<Self.items).map { "i\($0)" }), itemTokens: Vocabulary([]),
            userTokens: Vocabulary([]), parameters: ModelFixtures.uniform(shape.layout.count, seed: 3))
        let bundle = Self.bundle(twoTower, links)
        var vectors = bundle.makeItemVectors()
        // The catalogue numbers items otherwise than the model, and has some that the model does not know.
        bundle.encode(
            (0..<Self.items + 5).map { (ItemNumber($0), Item(id: Self.id($0))) }, into: &vectors)
        self.vectors = vectors
    }

    private static func bundle(_ twoTower: TwoTowerModel, _ links: ItemLinks) -> ModelBundle {
        ModelBundle(
            version: "", twoTower: twoTower, ranker: nil, links: links,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    /// Of each candidate, `RankingFeature.count` features.
    private func features(_ state: UserState, _ candidates: [ItemNumber], _ links: ItemLinks) -> [Float] {
        var inputs = RankingInputs()
        let scores = candidates.map { Float($0) }
        var features = [Float](repeating: .nan, count: candidates.count * RankingFeature.count)
        var output = features.mutableSpan
        inputs.write(
            candidates.span, scores: scores.span, for: state, bundle: Self.bundle(twoTower, links), vectors: vectors,
            facts: ChunkedArray(), statistics: ItemStatistics(), into: &output)
        return features
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
        for count in [1, 3, 8, 20] {
            let rows = (0..<count).map { Int32($0 * 11 % Self.items) }
            let candidates = Array(0..<ItemNumber(Self.items + 5))
            let features = features(Self.state(rows.map(Self.number)), candidates, links)
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

    /// Where links are followed from all items, each of these counts the same, and none is recent.
    @Test func allItemsCountAlike() {
        let all = ItemLinks((0..<Self.items).map { links[$0] }, roots: .all)
        for count in [1, 8, 30] {
            let rows = (0..<count).map { Int32($0 * 11 % Self.items) }
            var sums = [SIMD4<Float>](repeating: .zero, count: Self.items)
            for row in rows { for link in all[Int(row)] { sums[Int(link.target)] += link.weights } }
            let numbers = rows.map(Self.number)
            let candidates = (0..<Int32(Self.items)).map(Self.number)
            let found = features(Self.state(numbers + numbers.prefix(2)), candidates, all)
            for row in 0..<Self.items {
                let first = row * RankingFeature.count + RankingFeature.followingRecent.rawValue
                for kind in 0..<3 {
                    #expect(found[first + 2 * kind] == 0)
                    #expect(abs(found[first + 2 * kind + 1] - Logarithm.onePlus(sums[row][kind])) < 1e-4)
                }
            }
        }
    }

    /// What was disliked, what is there twice and what the model does not know lead nowhere.
    @Test func onlyLikedItemsCountEachOnce() {
        func features(_ state: UserState) -> [Float] {
            let candidates = Array(0..<ItemNumber(Self.items))
            let features = self.features(state, candidates, links)
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
}
