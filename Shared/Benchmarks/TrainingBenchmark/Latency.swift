import Domain
import Models

/// Times of the serving face, the best of many runs: what a request costs with nothing else to do.
enum Latency {
    private static let items = 20_000
    private static let users = 16
    private static let candidates = 200

    static func measure() {
        let bundle = makeBundle()
        let catalogue = (0..<items).map { Item(id: "\($0)", categories: ["c\($0 % 40)", "d\($0 % 7)"], createdAt: 1) }
        var vectors = bundle.makeItemVectors()
        let encoding = best(of: 3) {
            bundle.encode(catalogue.enumerated().map { (ItemNumber($0), $1) }, into: &vectors)
        }
        print("item tower, \(items) items: \(encoding)")
        var facts = ChunkedArray<ItemFacts>()
        for item in catalogue { facts.append(ItemFacts(item)) }
        measureUsers(bundle, vectors, facts)
    }

    private static func makeBundle() -> ModelBundle {
        var state: UInt64 = 1
        func uniform() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) - 0.5
        }
        let shape = TwoTowerShape(
            dimensions: 64, itemHidden: 64, userHidden: 64, items: items, itemTokens: 0, userTokens: 0)
        let model = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary((0..<items).map { "\($0)" }),
            itemTokens: Vocabulary([]), userTokens: Vocabulary([]),
            parameters: (0..<shape.layout.count).map { _ in uniform() })
        let features = RankingFeature.specification
        let rankerShape = RankerShape(dimensions: 64, features: features.count, hidden1: 32, hidden2: 16)
        return ModelBundle(
            version: "latency", twoTower: model,
            ranker: RankerModel(
                shape: rankerShape, features: features, userScale: 0.1,
                parameters: (0..<rankerShape.layout.count).map { _ in uniform() }),
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    private static func measureUsers(_ bundle: ModelBundle, _ vectors: ItemVectors, _ facts: ChunkedArray<ItemFacts>) {
        var statistics = ItemStatistics()
        let states = (0..<users).map { user in
            var state = UserState()
            for place in 0..<64 {
                let entry = HistoryEntry(
                    item: ItemNumber((user * 977 + place * 131) % items), kind: .click, weight: 1,
                    timestamp: Int64(place) * 3_600_000)
                state.apply(entry, limits: UserState.Limits())
                statistics.apply(entry)
            }
            return state
        }
        var output = [Float](repeating: 0, count: users * 64)
        var tower = TwoTowerScratch()
        let encoding = best(of: 200) {
            var span = output.mutableSpan
            bundle.twoTower.encodeUsers(states, items: vectors, into: &span, scratch: &tower)
        }
        print("user tower, \(users) users of 64 entries: \(encoding), \(encoding / users) each")

        let numbers = (0..<(users * candidates)).map { ItemNumber($0 * 37 % items) }
        var features = [Float](repeating: 0, count: numbers.count * RankingFeature.count)
        var encoder = FeatureEncoder()
        let encodingFeatures = best(of: 50) {
            var rows = features.mutableSpan
            for user in 0..<users {
                encoder.begin(user: states[user], facts: facts)
                for index in (user * candidates)..<((user + 1) * candidates) {
                    var row = rows._mutatingExtracting(
                        (index * RankingFeature.count)..<((index + 1) * RankingFeature.count))
                    encoder.encode(numbers[index], score: 1, facts: facts, statistics: statistics, into: &row)
                }
            }
        }
        print("features of \(candidates) candidates: \(encodingFeatures / users)")
        let offsets = (0...users).map { $0 * candidates }
        var scores = [Float](repeating: 0, count: numbers.count)
        var scratch = RankerScratch()
        guard let ranker = bundle.ranker else { return }
        let scoring = best(of: 50) {
            var span = scores.mutableSpan
            ranker.score(
                userVectors: output.span, offsets: offsets.span, candidates: numbers.span, features: features.span,
                items: vectors, into: &span, scratch: &scratch)
        }
        print("ranker, \(candidates) candidates: \(scoring / users)")
    }

    private static func best(of runs: Int, _ body: () -> Void) -> Duration {
        (0..<runs).map { _ in ContinuousClock().measure(body) }.min() ?? .zero
    }
}
