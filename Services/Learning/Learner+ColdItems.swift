package import CommandLine
import Configuration
import Models
package import Training

extension Learner {
    /// Share of the items that are kept from training.
    private static let coldShare = 0.1

    /// Trains the two-tower model without a tenth of the items, and measures how well it finds these by their attributes, on the
    /// held-out test cases that are about them, against chance and their own popularity. No bundle is touched.
    ///
    /// - Throws: ``LearningError`` for too little data or no cold item that a test case is about, and `TrainingError`.
    package func evaluateColdItems(
        method: SplitOptions.Method? = nil, progress: ProgressOutput
    ) async throws -> EvaluationReport {
        let start = ContinuousClock.now
        let history = try reader.read(progress: progress)
        try history.checkEnoughToTrain()
        let options = SplitOptions(method: method ?? .automatic)
        let seed = UInt64(configuration.training.seed)
        let cold = ColdItems(of: history.corpus.items, share: Self.coldShare, seed: seed)
        let alone = cold.alone(in: history.corpus)
        let split = Split(of: alone, options: options)
        guard !split.testCases.isEmpty else {
            throw LearningError(
                .nothingToMeasure,
                "no test case is about one of the \(cold.count) items that were kept from training: import more history"
            )
        }
        let data = cold.left(
            outOf: TrainingData(of: history.corpus, split: Split(of: history.corpus, options: options)))
        let catalogue = ServedCatalogue(bundle: try recallModel(data, progress), items: alone.items)
        let reporter = progress.begin("evaluating", total: split.testCases.count, unit: "cases")
        let result = try await Evaluator(corpus: alone, split: split, limits: limits).evaluate([
            TwoTowerRecommender(catalogue), RandomRecommender(corpus: alone, seed: seed),
            PopularityRecommender(corpus: alone, split: split),
        ]) { done, _ in reporter.update(done) }
        reporter.finish()
        return EvaluationReport(
            version: "trained without \(Format.grouped(cold.count)) items, which alone are ranked", result: result,
            seconds: (ContinuousClock.now - start).seconds)
    }

    private func recallModel(_ data: TrainingData, _ progress: ProgressOutput) throws -> ModelBundle {
        var settings = ModelTrainerSettings(configuration, items: data.items.count, history: data.train)
        settings.trainsRanker = false
        let reporter = progress.begin("training", total: 1000, unit: "%")
        let models = try ModelTrainer(settings: settings).train(data) { report in
            reporter.update(Int(report.fraction * 1000), note: "epoch \(report.epoch)/\(report.epochs)")
            return !Task.isCancelled
        }
        reporter.finish()
        return ModelBundle(
            version: "", twoTower: models.twoTower, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }
}
