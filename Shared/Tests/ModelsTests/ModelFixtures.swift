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

    static let pooling = HistoryPooling(length: 5, shortHalfLife: 3)

    static func twoTower(seed: UInt64 = 1, pooling: HistoryPooling = pooling) -> TwoTowerModel {
        let shape = TwoTowerShape(dimensions: 8, itemHidden: 4, userHidden: 5, items: 3, itemTokens: 3, userTokens: 2)
        return TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: pooling,
            items: Vocabulary(catalogue.map(\.id)),
            itemTokens: Vocabulary(["category=x", "category=y", "category=z"]),
            userTokens: Vocabulary(["country=de", "country=fr"]),
            parameters: uniform(shape.layout.count, seed: seed))
    }

    /// Features that there were in formats 1 and 2.
    static let earlierFeatures = Array(RankingFeature.specification.prefix(16))

    static func ranker(seed: UInt64 = 2, features: [String] = RankingFeature.specification) -> RankerModel {
        let shape = RankerShape(dimensions: 8, features: features.count, hidden1: 6, hidden2: 4)
        return RankerModel(
            shape: shape, features: features, userScale: 0.1, parameters: uniform(shape.layout.count, seed: seed))
    }

    static func quantisedRanker(
        seed: UInt64 = 3, features: [String] = RankingFeature.specification
    ) -> QuantisedRanker {
        let count = features.count
        func values(_ count: Int, _ part: UInt64) -> [Float] { uniform(count, seed: seed &* 31 &+ part) }
        return QuantisedRanker(
            QuantisedRanker.Parameters(
                dimensions: 8, features: features, userScale: 0.1, userLayer: values(6 * 8, 1),
                itemLayer: values(6 * 8, 2), bias1: values(6, 3),
                layer2: QuantisedMatrix(rounding: values(4 * (6 + count), 4), rows: 4), bias2: values(4, 5),
                output: QuantisedMatrix(rounding: values(4, 6), rows: 1), limits: [1.5, 2],
                lows: values(count, 7).map { $0 - 2 }, highs: values(count, 8).map { $0 + 2 }, direct: values(count, 9))
        )
    }

    static func bundle(version: String = "v1", withRanker: Bool = true) -> ModelBundle {
        bundle(version: version, ranker: withRanker ? .float(ranker()) : nil)
    }

    /// "a" leads to "b" and "c", "c" to "b".
    static let links = ItemLinks(
        [
            [
                ItemLinks.Link(target: 1, weights: [0.5, 0.25, 0, 0]),
                ItemLinks.Link(target: 2, weights: [2, 0, 0.125, 0]),
            ], [], [ItemLinks.Link(target: 1, weights: [0, 1, 1, 0])],
        ])

    static func bundle(
        version: String = "v1", ranker: ServedRanker?, links: ItemLinks? = nil,
        pooling: HistoryPooling = pooling, diversity: Float = ModelBundle.usualDiversity
    ) -> ModelBundle {
        ModelBundle(
            version: version, twoTower: twoTower(pooling: pooling), ranker: ranker, links: links, diversity: diversity,
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
