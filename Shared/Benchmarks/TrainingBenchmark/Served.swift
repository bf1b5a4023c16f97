import Domain
import Models
import Training

/// Trains the product's models on a split of the LightGCN form as `cascade train --all` does, first with questions to validate by and
/// then on everything, and measures what is served, recall alone and the whole, as that paper measures: on a held-out part of
/// train, or with `test=1` on the test part. Of the whole what is served, and on the held-out
/// part other diversities as well.
///
///     swift run -c release training-benchmark served ../../shared/data/lightgcn-gowalla
enum Served {
    static func run(_ arguments: [String]) async throws {
        guard let path = arguments.first, let whole = try DataSets.lightGCN(path) else {
            return print("usage: training-benchmark served DIR [setting=value …], DIR with train.txt and test.txt")
        }
        var settings = ModelTrainerSettings()
        settings.takeGraphSteps(items: whole.itemCount, dimensions: 0)
        var (isTest, usesEverything, history, asked) = (false, true, 64, 10_000)
        for argument in arguments.dropFirst() {
            let fields = argument.split(separator: "=")
            guard fields.count == 2, let value = Double(fields[1]) else { continue }
            switch fields[0] {
            case "test": isTest = value != 0
            case "everything": usesEverything = value != 0
            case "history": history = Int(value)
            case "asked": asked = Int(value)
            case "candidates": settings.ranker.candidates = Int(value)
            default: TrainingBenchmark.apply(String(fields[0]), value, to: &settings)
            }
        }
        let split =
            isTest ? whole : whole.holdingOut(share: 0.1, exponent: 0.25, seed: 1).asking(atMost: asked, seed: 1)
        let product = OrderlessSplit(split, limits: UserState.Limits(history: history), seed: settings.twoTower.seed)
        print(
            "\(product.data.train.count) interactions, \(product.data.validation.count) validation cases, \(product.cases.count) users"
        )
        var models = try train(product.data, settings)
        if usesEverything {
            settings.use(models.curves, models.choice)
            let whole = OrderlessSplit(
                split, limits: UserState.Limits(history: history), questions: 0, seed: settings.twoTower.seed)
            models = try train(whole.data, settings)
        }
        let catalogue = ServedCatalogue(
            bundle: models.bundle(
                version: "", description: BundleManifest.Description(created: "", trainingData: "", split: "")),
            items: product.data.items)
        try await measure(TwoTowerRecommender(catalogue), "two-tower", product)
        for diversity in Set([catalogue.bundle.diversity] + (isTest ? [] : [0, 0.1, 0.2, 0.3])).sorted() {
            let cascade = CascadeRecommender(
                catalogue, candidates: settings.ranker.candidates, diversity: diversity)
            try await measure(cascade, "cascade, diversity \(diversity)", product)
        }
    }

    private static func train(_ data: TrainingData, _ settings: ModelTrainerSettings) throws -> TrainedModels {
        let output = EpochOutput()
        let models = try ModelTrainer(settings: settings).train(data) { output.show($0) }
        print("trained in \(output.elapsed), \(models.choice.map { "\($0)" } ?? "")")
        return models
    }

    private static func measure(
        _ recommender: some Recommender, _ name: String, _ product: OrderlessSplit
    ) async throws {
        let quality = try await product.measure(recommender)
        print("\(name): recall@20 \(four(quality.recall)) ndcg@20 \(four(quality.ndcg)) users \(quality.users)")
    }
}
