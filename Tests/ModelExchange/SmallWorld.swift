import Domain
@testable import ModelExchange
import Models

/// Small models whose parameters come from a seed.
struct SmallWorld {
    let dimensions = 8
    private let seed: UInt64
    private let count = 6

    init(seed: UInt64) { self.seed = seed }

    private func uniform(_ count: Int, _ part: UInt64, _ range: ClosedRange<Float> = -0.5...0.5) -> [Float] {
        var random = SplitMix64(seed: seed &* 1_000 &+ part)
        return (0..<count).map { _ in Float.random(in: range, using: &random) }
    }

    func twoTower() -> TwoTowerModel {
        let shape = TwoTowerShape(
            dimensions: dimensions, itemHidden: 4, userHidden: 5, items: count, itemTokens: 3, userTokens: 2)
        return TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(length: 5),
            items: Vocabulary((0..<count).map { "item \($0)" }),
            itemTokens: Vocabulary(["category=x", "category=y", "category=z"]),
            userTokens: Vocabulary(["country=de", "country=fr"]), parameters: uniform(shape.layout.count, 1))
    }

    func floatRanker() -> RankerModel {
        let features = RankingFeature.specification
        let shape = RankerShape(dimensions: dimensions, features: features.count, hidden1: 6, hidden2: 4)
        var parameters = uniform(shape.layout.count, 2)
        for place in shape.featureScales.range { parameters[place] = 1.5 + parameters[place] }
        return RankerModel(shape: shape, features: features, userScale: 0.1, parameters: parameters)
    }

    func quantisedRanker() -> QuantisedRanker {
        let features = RankingFeature.specification
        let count = features.count
        return QuantisedRanker(
            QuantisedRanker.Parameters(
                dimensions: dimensions, features: features, userScale: 0.1, userLayer: uniform(6 * dimensions, 3),
                itemLayer: uniform(6 * dimensions, 4), bias1: uniform(6, 5),
                layer2: QuantisedMatrix(rounding: uniform(4 * (6 + count), 6), rows: 4), bias2: uniform(4, 7),
                output: QuantisedMatrix(rounding: uniform(4, 8), rows: 1), limits: [1.5, 2],
                lows: uniform(count, 9, -2...0), highs: uniform(count, 10, 1...2), direct: uniform(count, 11)))
    }

    func bundle(_ ranker: ServedRanker?) -> ModelBundle {
        ModelBundle(
            version: "v1", twoTower: twoTower(), ranker: ranker,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    /// The file of a bundle's ranker.
    func export(_ ranker: ServedRanker) -> [UInt8]? {
        ExportedModels(bundle(ranker)).files.first { $0.name == "ranker.onnx" }?.bytes
    }

    /// What is said of a file that is no ranker; empty when it is one.
    func refusal(of file: [UInt8], dimensions: Int? = nil) -> String {
        do throws(ExchangeError) {
            _ = try ImportedRanker(file, dimensions: dimensions ?? self.dimensions)
            return ""
        } catch {
            return error.description
        }
    }

    /// What a ranker gives four users for all items.
    func scores(_ ranker: ServedRanker) -> [Float] {
        let bundle = bundle(ranker)
        var items = bundle.makeItemVectors()
        bundle.encode((0..<count).map { (ItemNumber($0), Item(id: "item \($0)")) }, into: &items)
        let users = uniform(4 * dimensions, 12, -10...10)
        let candidates = (0..<4).flatMap { _ in (0..<ItemNumber(count)) }
        let features = uniform(candidates.count * RankingFeature.count, 13, -2...2)
        var scores = [Float](repeating: 0, count: candidates.count)
        var output = scores.mutableSpan
        var scratch = RankerScratch()
        let offsets = (0...4).map { $0 * count }
        ranker.score(
            userVectors: users.span, offsets: offsets.span, candidates: candidates.span,
            features: features.span, items: items, into: &output, scratch: &scratch)
        return scores
    }
}
