import Domain
import Models

/// Small models whose parameters come from a seed.
enum ModelFixtures {
    static func uniform(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24) - 0.5
        }
    }

    static let catalogue = [
        Item(id: "a", categories: ["x"]), Item(id: "b", categories: ["y"]), Item(id: "c", categories: ["x", "z"]),
    ]

    static func twoTower(seed: UInt64 = 1) -> TwoTowerModel {
        let shape = TwoTowerShape(dimensions: 8, itemHidden: 4, userHidden: 5, items: 3, itemTokens: 3, userTokens: 2)
        return TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(length: 5, shortHalfLife: 3),
            items: Vocabulary(catalogue.map(\.id)),
            itemTokens: Vocabulary(["category=x", "category=y", "category=z"]),
            userTokens: Vocabulary(["country=de", "country=fr"]),
            parameters: uniform(shape.layout.count, seed: seed))
    }

    static func ranker(seed: UInt64 = 2) -> RankerModel {
        let features = RankingFeature.specification
        let shape = RankerShape(dimensions: 8, features: features.count, hidden1: 6, hidden2: 4)
        return RankerModel(
            shape: shape, features: features, userScale: 0.1, parameters: uniform(shape.layout.count, seed: seed))
    }

    static func bundle(version: String = "v1", withRanker: Bool = true) -> ModelBundle {
        ModelBundle(
            version: version, twoTower: twoTower(), ranker: withRanker ? ranker() : nil,
            description: BundleManifest.Description(
                created: "2026-01-02T03:04:05Z", trainingData: "made up", split: "none", counts: ["users": 3],
                quality: ["two-tower.ndcg@20": 0.125]))
    }

    static func vectors(of bundle: ModelBundle) -> ItemVectors {
        var vectors = bundle.makeItemVectors()
        bundle.encode(catalogue.enumerated().map { (ItemNumber($0), $1) }, into: &vectors)
        return vectors
    }
}
