package import CommandLine
import Models
import ModelRegistry
package import Training

extension Learner {
    /// Measures the live bundle on the test part of the very split that it was trained with, beside the baselines; what
    /// the log has got since is left out. Trains a bundle first when there is none.
    ///
    /// - Parameter method: the split that is wanted; nil for that of the bundle.
    /// - Throws: ``LearningError`` where the bundle cannot be measured, and what ``train(_:progress:)`` throws.
    package func evaluate(
        method: SplitOptions.Method? = nil, progress: ProgressOutput
    ) async throws -> EvaluationReport {
        if try registry.active() == nil {
            progress.line("there is no model yet: training one first")
            _ = try await train(
                TrainingOptions(split: SplitOptions(method: method ?? .automatic)), progress: progress)
        }
        let start = ContinuousClock.now
        guard let bundle = try registry.loadActive() else {
            throw LearningError(.unknownTraining, "there is no live model: run `cascade train`")
        }
        let record = try record(of: bundle, wanted: method)
        let history = try history(of: bundle, progress: progress)
        let split = Split(of: history.corpus, options: record.options)
        try checkMeasurable(split)
        let catalogue = ServedCatalogue(bundle: bundle, items: history.corpus.items)
        let evaluator = Evaluator(corpus: history.corpus, split: split, limits: limits)
        let recommenders: [any Recommender] =
            recommenders(of: catalogue) + [
                PopularityRecommender(corpus: history.corpus, split: split),
                await ItemKNNRecommender(corpus: history.corpus, split: split),
            ]
        let reporter = progress.begin("evaluating", total: split.testCases.count, unit: "cases")
        let result = try await evaluator.evaluate(recommenders) { done, _ in reporter.update(done) }
        reporter.finish()
        return EvaluationReport(
            version: bundle.version, result: result, seconds: (ContinuousClock.now - start).seconds)
    }

    func checkMeasurable(_ split: Split) throws(LearningError) {
        guard split.testCases.isEmpty else { return }
        throw LearningError(
            .nothingToMeasure,
            "no user has enough history to be measured on (three interactions with different items): import more, "
                + "then run `cascade train` and `cascade evaluate` again")
    }

    /// How a bundle was trained, when that leaves something to measure.
    func record(of bundle: ModelBundle, wanted: SplitOptions.Method?) throws(LearningError) -> SplitRecord {
        guard let record = SplitRecord(bundle.description.split) else {
            throw LearningError(
                .unknownTraining,
                "model \(bundle.version) does not say how its history was split: run `cascade train`, then evaluate again"
            )
        }
        guard record.scope == .train else {
            throw LearningError(
                .trainedOnEverything,
                "model \(bundle.version) was trained on everything, nothing is left to measure it on: run `cascade train` "
                    + "without --all, then evaluate again")
        }
        if let wanted, wanted != .automatic, wanted != record.options.method {
            throw LearningError(
                .historyChanged,
                "model \(bundle.version) was trained with the split \"\(record.options.method.rawValue)\": run "
                    + "`cascade train --split \(wanted.rawValue)`, then evaluate again")
        }
        return record
    }

    /// The history that a bundle was trained on.
    func history(of bundle: ModelBundle, progress: ProgressOutput) throws -> TrainingHistory {
        let counts = bundle.description.counts
        guard let end = HistoryEnd(counts: counts, log: log), let fingerprint = counts[ManifestKey.fingerprint] else {
            throw LearningError(
                .unknownTraining,
                "model \(bundle.version) does not say up to where it was trained: run `cascade train`, then evaluate again"
            )
        }
        let history = try reader.read(through: end, progress: progress)
        guard history.fingerprint == fingerprint else {
            throw LearningError(
                .historyChanged,
                "the history that model \(bundle.version) was trained on is not there any more as it was (a user was "
                    + "erased, or the data directory is another one): run `cascade train`, then evaluate again")
        }
        return history
    }
}
