import Domain
import Models
import Testing
import Training

struct TwoTowerTrainerTests {
    private func data(_ corpus: Corpus) -> TrainingData {
        TrainingData(of: corpus, split: Split(of: corpus, options: SplitOptions(method: .last)))
    }

    private func bundle(_ model: TwoTowerModel) -> ModelBundle {
        ModelBundle(
            version: "", twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }

    private func error(_ data: TrainingData, _ settings: TwoTowerSettings) -> TrainingError? {
        do {
            _ = try TwoTowerTrainer(settings: settings).train(data)
            return nil
        } catch {
            return error
        }
    }

    @Test func findsPlantedTastesAndBeatsPopularity() async throws {
        let corpus = PlantedWorld.corpus()
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let model = try TwoTowerTrainer(settings: PlantedWorld.settings()).train(TrainingData(of: corpus, split: split))
        let catalogue = ServedCatalogue(bundle: bundle(model), items: corpus.items)
        let cases = Array(EvaluationCases(of: corpus, split: split, part: .test).joined())
        #expect(cases.count > 60)
        let mine = TwoTowerRecommender(catalogue).recommend(for: cases, count: 7)
        let popular = PopularityRecommender(corpus: corpus, split: split).recommend(for: cases, count: 7)
        func hits(_ lists: [[ItemNumber]]) -> Int { zip(lists, cases).count { $0.contains($1.target) } }
        #expect(hits(mine) > cases.count * 7 / 10)
        #expect(hits(mine) > 2 * hits(popular))
    }

    @Test func repeatsBitForBitForASeed() throws {
        let data = data(PlantedWorld.corpus(users: 40))
        var settings = PlantedWorld.settings(seed: 3)
        settings.epochs = 2
        let first = try TwoTowerTrainer(settings: settings).train(data)
        #expect(try TwoTowerTrainer(settings: settings).train(data).parameters == first.parameters)
        settings.seed = 4
        #expect(try TwoTowerTrainer(settings: settings).train(data).parameters != first.parameters)
    }

    /// An item that nobody has met yet lies with those that share its token.
    @Test func aNewItemWorksThroughItsToken() throws {
        let corpus = PlantedWorld.corpus()
        var settings = PlantedWorld.settings()
        settings.idDropout = 0.2
        let model = bundle(try TwoTowerTrainer(settings: settings).train(data(corpus)))
        var vectors = model.makeItemVectors()
        model.encode(corpus.items.enumerated().map { (ItemNumber($0), $1) }, into: &vectors)
        let new = ItemNumber(corpus.items.count)
        model.encode([(new, Item(id: "new", categories: ["group2"]))], into: &vectors)
        func mean(_ items: Range<Int>) -> Float {
            items.reduce(0) { sum, item in
                sum + zip(vectors.vector(of: new), vectors.vector(of: ItemNumber(item))).reduce(0) { $0 + $1.0 * $1.1 }
            } / Float(items.count)
        }
        let own = mean(24..<36)
        #expect(own > 0.5)
        for group in [0, 1, 3] { #expect(own > mean((group * 12)..<((group + 1) * 12)) + 0.3) }
    }

    @Test func progressIsToldAndMayEndIt() throws {
        let data = data(PlantedWorld.corpus(users: 40))
        var epochs: [Int] = []
        var fractions: [Double] = []
        _ = try TwoTowerTrainer(settings: PlantedWorld.settings()).train(data) { progress in
            if !progress.validation.isEmpty { epochs.append(progress.epoch) }
            fractions.append(progress.fraction)
            return true
        }
        #expect(epochs == Array(1...epochs.count))
        #expect(fractions == fractions.sorted())
        #expect(throws: TrainingError.self) {
            _ = try TwoTowerTrainer(settings: PlantedWorld.settings()).train(data) { $0.epoch < 2 }
        }
    }

    @Test func errorsNameTheCause() {
        let corpus = PlantedWorld.corpus(users: 20)
        var settings = PlantedWorld.settings()
        settings.learningRate = 1e38
        #expect(error(data(corpus), settings)?.code == .diverged)
        settings.learningRate = .nan
        #expect(error(data(corpus), settings)?.code == .badSetting)
        let empty = TrainingData(items: corpus.items, userAttributes: [[]], train: [], validation: [])
        #expect(error(empty, PlantedWorld.settings())?.code == .noData)
    }
}
