import Domain
import Models
import Testing
import Training

@Suite struct ColdItemsTests {
    private let corpus = PlantedWorld.corpus(groups: 8, size: 24, users: 200, length: 12)

    @Test("Nothing of the cold items is in the training data, and the split of the others is as it was")
    func leftOut() {
        let cold = ColdItems(of: corpus.items, share: 0.3, seed: 1)
        #expect((40...75).contains(cold.count))
        let whole = Split(of: corpus)
        let all = TrainingData(of: corpus, split: whole)
        let data = cold.left(outOf: all)
        #expect(data.train == all.train.filter { !cold.isCold[Int($0.entry.item)] })
        #expect(data.validation.allSatisfy { !cold.isCold[Int($0.target)] })
        let alone = Split(of: cold.alone(in: corpus))
        #expect(alone.parts == whole.parts)
        #expect(
            alone.testCases == whole.testCases.filter { cold.isCold[Int(corpus.interactions[$0].entry.item)] })
        #expect(ColdItems(of: corpus.items, share: 0, seed: 1).count == 0)
    }

    @Test("Items that training never saw are found by their attributes, better than by chance or without attributes")
    func found() async throws {
        let cold = ColdItems(of: corpus.items, share: 0.3, seed: 1)
        var nameless = corpus
        for number in nameless.items.indices { nameless.items[number].categories = [] }
        let (recall, random) = try await measure(corpus, cold)
        #expect(recall > 0.8 && recall > random + 0.3)
        let (without, _) = try await measure(nameless, cold)
        #expect(without < recall - 0.2)
    }

    private func measure(_ corpus: Corpus, _ cold: ColdItems) async throws -> (model: Double, random: Double) {
        let alone = cold.alone(in: corpus)
        let data = cold.left(outOf: TrainingData(of: corpus, split: Split(of: corpus)))
        var settings = ModelTrainerSettings(seed: 1, threads: 1)
        settings.twoTower = PlantedWorld.settings()
        settings.trainsRanker = false
        let model = try ModelTrainer(settings: settings).train(data).twoTower
        let bundle = ModelBundle(
            version: "", twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
        let result = try await Evaluator(corpus: alone, split: Split(of: alone)).evaluate([
            TwoTowerRecommender(ServedCatalogue(bundle: bundle, items: alone.items)),
            RandomRecommender(corpus: alone, seed: 1),
        ])
        return (result.models[0].recallAt20, result.models[1].recallAt20)
    }
}
