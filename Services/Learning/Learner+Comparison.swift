package import CommandLine
import Models
import ModelRegistry
import Training

extension Learner {
    /// Measures two bundles for the same users on the same cases: the test part of the one that was trained on the longer
    /// history. The other one has not seen these cases either, being trained before, or with the same split.
    ///
    /// - Throws: ``LearningError`` where they cannot be compared, and what the registry throws.
    package func compare(
        _ first: String, _ second: String, progress: ProgressOutput
    ) async throws -> ComparisonReport {
        let start = ContinuousClock.now
        let bundles = [try registry.load(first), try registry.load(second)]
        let records = try bundles.map { try record(of: $0, wanted: nil) }
        guard records[0] == records[1] else {
            throw LearningError(
                .differentSplits,
                "models \(first) and \(second) were trained with different splits, so that one may have seen what the other is "
                    + "measured on: run `cascade train` with the same --split for both")
        }
        let lengths = bundles.map { $0.description.counts["events"] ?? 0 }
        let history = try history(of: bundles[lengths[1] > lengths[0] ? 1 : 0], progress: progress)
        let split = Split(of: history.corpus, options: records[0].options)
        try checkMeasurable(split)
        let catalogues = bundles.map { ServedCatalogue(bundle: $0, items: history.corpus.items) }
        let evaluator = Evaluator(corpus: history.corpus, split: split, limits: limits)
        let reporter = progress.begin("comparing", total: split.testCases.count, unit: "cases")
        let result = try await evaluator.evaluate(catalogues.flatMap { recommenders(of: $0) }) { done, _ in
            reporter.update(done)
        }
        reporter.finish()
        return ComparisonReport(
            first: first, second: second, result: result, seconds: (ContinuousClock.now - start).seconds)
    }
}
