package import CommandLine
import Models
import ModelRegistry
import Training

extension Learner {
    /// Measures a bundle on the test part of the split that it was trained with, and makes a page of what is known of it.
    /// What cannot be measured is left out of the page, with the reason.
    ///
    /// - Throws: what log and registry throw.
    package func report(of version: String, progress: ProgressOutput) async throws -> ModelReport {
        let report = try BundleReport(of: version, in: registry)
        do {
            return ModelReport(bundle: report, measured: try await measured(version, progress: progress), reason: "")
        } catch let error as LearningError {
            progress.line("nothing can be measured: \(error)")
            return ModelReport(bundle: report, measured: nil, reason: error.description)
        }
    }

    private func measured(_ version: String, progress: ProgressOutput) async throws -> ModelReport.Measured {
        let bundle = try registry.load(version)
        let record = try record(of: bundle, wanted: nil)
        let history = try history(of: bundle, progress: progress)
        let split = Split(of: history.corpus, options: record.options)
        try checkMeasurable(split)
        let catalogue = ServedCatalogue(bundle: bundle, items: history.corpus.items)
        let recommenders: [any Recommender] =
            recommenders(of: catalogue) + [
                PopularityRecommender(corpus: history.corpus, split: split),
                await ItemKNNRecommender(corpus: history.corpus, split: split),
            ]
        let segments = QualitySegments(corpus: history.corpus, split: split, recommenders: recommenders.count)
        let reporter = progress.begin("evaluating", total: split.testCases.count, unit: "cases")
        let result = try await Evaluator(corpus: history.corpus, split: split, limits: limits)
            .evaluate(recommenders, observer: segments) { done, _ in reporter.update(done) }
        reporter.finish()
        return ModelReport.Measured(
            result: result, byHistory: segments.byHistory, byItemPopularity: segments.byItemPopularity,
            exposure: segments.exposure, trainingShares: segments.trainingShares)
    }
}
