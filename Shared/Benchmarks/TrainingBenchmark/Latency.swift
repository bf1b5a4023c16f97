import Domain
import Models

/// Times of the serving face, the best of many runs: what a request costs with nothing else to do.
enum Latency {
    private static let items = 20_000
    private static let users = 16
    private static let candidates = 200

    static func measure() {
        let bundle = makeBundle { .int8(makeRanker($0)) }
        let catalogue = (0..<items).map { Item(id: "\($0)", categories: ["c\($0 % 40)", "d\($0 % 7)"], createdAt: 1) }
        var vectors = bundle.makeItemVectors()
        let encoding = best(of: 3) {
            bundle.encode(catalogue.enumerated().map { (ItemNumber($0), $1) }, into: &vectors)
        }
        print("item tower, \(items) items: \(encoding)")
        var facts = ChunkedArray<ItemFacts>()
        for item in catalogue { facts.append(ItemFacts(item)) }
        measureUsers(bundle, vectors, facts)
        let float = makeBundle { .float(makeFloatRanker($0)) }
        var table = float.makeItemVectors()
        float.encode(catalogue.enumerated().map { (ItemNumber($0), $1) }, into: &table)
        print("the same with a ranker in floats:")
        measureUsers(float, table, facts)
    }

    private static func makeRanker(_ uniform: () -> Float) -> QuantisedRanker {
        let features = RankingFeature.specification
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in uniform() } }
        return QuantisedRanker(
            QuantisedRanker.Parameters(
                dimensions: 64, features: features, userScale: 0.1, userLayer: values(32 * 64),
                itemLayer: values(32 * 64), bias1: values(32),
                layer2: QuantisedMatrix(rounding: values(16 * (32 + features.count)), rows: 16), bias2: values(16),
                output: QuantisedMatrix(rounding: values(16), rows: 1), limits: [1, 1],
                lows: features.map { _ in 0 }, highs: features.map { _ in 1 }, direct: values(features.count)))
    }

    private static func makeFloatRanker(_ uniform: () -> Float) -> RankerModel {
        let features = RankingFeature.specification
        let shape = RankerShape(dimensions: 64, features: features.count, hidden1: 32, hidden2: 16)
        return RankerModel(
            shape: shape, features: features, userScale: 0.1,
            parameters: (0..<shape.layout.count).map { _ in uniform() })
    }

    private static func makeBundle(ranker: (() -> Float) -> ServedRanker) -> ModelBundle {
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
        return ModelBundle(
            version: "latency", twoTower: model, ranker: ranker(uniform), links: makeLinks(uniform),
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    /// As many links of each item as a training keeps.
    private static func makeLinks(_ uniform: () -> Float) -> ItemLinks {
        func weight() -> Float { uniform() + 0.5 }
        return ItemLinks(
            (0..<items).map { item in
                (1...64).map {
                    ItemLinks.Link(
                        target: Int32((item + $0 * $0 * 37) % items), weights: [weight(), weight(), weight(), 0])
                }
            })
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
        let ones = [Float](repeating: 1, count: candidates)
        var encoder = FeatureEncoder()
        let encodingFeatures = best(of: 50) {
            var rows = features.mutableSpan
            for user in 0..<users {
                encoder.begin(user: states[user], facts: facts)
                let own = (user * candidates)..<((user + 1) * candidates)
                var list = rows._mutatingExtracting(
                    (own.lowerBound * RankingFeature.count)..<(own.upperBound * RankingFeature.count))
                encoder.encode(
                    numbers.span.extracting(own), scores: ones.span, facts: facts, statistics: statistics, into: &list)
            }
        }
        print("features of \(candidates) candidates: \(encodingFeatures / users)")
        for roots in ItemLinks.Roots.allCases {
            measureLinks(roots, bundle, vectors, facts, statistics, states, numbers)
        }
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

    /// What the features of a request's candidates cost with those of links.
    private static func measureLinks(
        _ roots: ItemLinks.Roots, _ bundle: ModelBundle, _ vectors: ItemVectors, _ facts: ChunkedArray<ItemFacts>,
        _ statistics: ItemStatistics, _ states: [UserState], _ numbers: [ItemNumber]
    ) {
        let links = bundle.links.map { links in ItemLinks((0..<links.items).map { links[$0] }, roots: roots) }
        let bundle = ModelBundle(
            version: "latency", twoTower: bundle.twoTower, ranker: nil, links: links, description: bundle.description)
        let scores = (0..<candidates).map { Float(-$0) }
        func range(_ user: Int) -> Range<Int> { (user * candidates)..<((user + 1) * candidates) }
        var inputs = RankingInputs()
        var features = [Float](repeating: 0, count: candidates * RankingFeature.count)
        let withLinks = best(of: 50) {
            var rows = features.mutableSpan
            for user in 0..<users {
                inputs.write(
                    numbers.span.extracting(range(user)), scores: scores.span, for: states[user], bundle: bundle,
                    vectors: vectors, facts: facts,
                    statistics: statistics, into: &rows)
            }
        }
        print("features of \(candidates) candidates with those of links from \(roots) items: \(withLinks / users)")
    }

    private static func best(of runs: Int, _ body: () -> Void) -> Duration {
        (0..<runs).map { _ in ContinuousClock().measure(body) }.min() ?? .zero
    }
}
