import Domain
import Models

/// Bundles of random parameters for tests.
enum TestBundle {
    /// A bundle that knows the items of a catalogue by id, its ranker included; every parameter comes from the seed.
    static func random(items: [Item], seed: UInt64 = 7, withRanker: Bool = true) -> ModelBundle {
        var state = seed
        func uniform() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) - 0.5
        }
        let shape = TwoTowerShape(
            dimensions: 16, itemHidden: 8, userHidden: 8, items: items.count, itemTokens: 0, userTokens: 0)
        let twoTower = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary(items.map(\.id)),
            itemTokens: Vocabulary([]), userTokens: Vocabulary([]),
            parameters: (0..<shape.layout.count).map { _ in uniform() })
        let features = RankingFeature.specification
        let rankerShape = RankerShape(dimensions: 16, features: features.count, hidden1: 8, hidden2: 8)
        let ranker = RankerModel(
            shape: rankerShape, features: features, userScale: 0.1,
            parameters: (0..<rankerShape.layout.count).map { _ in uniform() })
        return ModelBundle(
            version: "test", twoTower: twoTower, ranker: withRanker ? .float(ranker) : nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }
}
