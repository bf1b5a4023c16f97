package import CommandLine
import Configuration
import Contracts
import Domain
import Models
import ModelRegistry
import Training

extension Learner {
    /// Reads the history, trains the two-tower model and then the ranker, measures both on the validation part, and
    /// makes the bundle the live one.
    ///
    /// A training that is interrupted leaves a checkpoint beside the bundles, from which the next one of the same data and
    /// settings goes on; it ends with the same models. One process at a time may train for a directory of bundles: the
    /// caller sees to that.
    ///
    /// - Throws: ``LearningError`` for too little data, `TrainingError`, and what log and registry throw.
    package func train(
        _ options: TrainingOptions = TrainingOptions(), progress: ProgressOutput
    ) async throws -> TrainingOutcome {
        let start = ContinuousClock.now
        try registry.prepareForTraining()
        let history = try reader.read(progress: progress)
        try history.checkEnoughToTrain()
        let files = checkpointFiles(progress)
        if options.isFresh { for file in files { file.remove() } }
        let split = Split(of: history.corpus, options: options.split)
        progress.line(
            "split \(split.method.rawValue): "
                + "\(Format.grouped(split.parts.count { $0 == .train })) interactions to learn from (an impression is one for each item), "
                + "\(Format.grouped(split.validationCases.count)) validation and "
                + "\(Format.grouped(split.testCases.count)) test cases held out")
        let data = TrainingData(of: history.corpus, split: split)
        var session = TrainingSession(
            configuration: configuration, corpus: history.corpus, progress: progress)
        var models = try train(&session, data, files, 0)
        let validation = try await measure(models, history, split, progress)
        let card = models.card
        let curves = models.curves
        if options.usesEverything {
            let everything = TrainingData(
                items: history.corpus.items, userAttributes: history.corpus.userAttributes,
                train: history.corpus.interactions, validation: [])
            session.useEpochsFound()
            models = try train(&session, everything, files, 1)
        }
        var used = split.options
        used.method = split.method
        let record = SplitRecord(scope: options.usesEverything ? .all : .train, options: used)
        let bundle = models.bundle(
            version: registry.freshVersion(at: now()),
            description: description(of: history, split, record, validation, card, curves))
        let manifest: BundleManifest
        do {
            manifest = try registry.publish(bundle)
        } catch let error as ModelRegistryError where error.code == .beyondLimits {
            // It has come to its end, and would again.
            for file in files { file.remove() }
            throw error
        }
        for file in files { file.remove() }
        return TrainingOutcome(
            version: bundle.version, manifest: manifest, validation: validation,
            seconds: (ContinuousClock.now - start).seconds)
    }

    /// Of the training on the training part, and of that on everything.
    private func checkpointFiles(_ progress: ProgressOutput) -> [CheckpointFile] {
        [".checkpoint", ".checkpoint-all"].map {
            CheckpointFile(
                directory: registry.directory, name: $0, interval: Double(configuration.training.checkpointSeconds),
                progress: progress)
        }
    }

    /// Trains with a checkpoint file. After a divergence the checkpoints go: they lead there again.
    private func train(
        _ session: inout TrainingSession, _ data: TrainingData, _ files: [CheckpointFile], _ place: Int
    ) throws -> TrainedModels {
        do {
            return try session.train(data, files[place])
        } catch let error as TrainingError where error.code == .diverged {
            for file in files { file.remove() }
            throw error
        }
    }

    /// Validation cases that the figures in the manifest rest on.
    private static let measuredCases = 3000

    private func measure(
        _ models: TrainedModels, _ history: TrainingHistory, _ split: Split, _ progress: ProgressOutput
    ) async throws -> [RankingQuality] {
        guard !split.validationCases.isEmpty else { return [] }
        let bundle = models.bundle(
            version: "", description: BundleManifest.Description(created: "", trainingData: "", split: ""))
        let catalogue = ServedCatalogue(bundle: bundle, items: history.corpus.items)
        let evaluator = Evaluator(
            corpus: history.corpus, split: split, part: .validation, limits: limits, maximumCases: Self.measuredCases)
        let reporter = progress.begin("validation", unit: "cases")
        let result = try await evaluator.evaluate(recommenders(of: catalogue)) { done, total in
            reporter.setTotal(total)
            reporter.update(done)
        }
        reporter.finish(
            result.models.map { "\($0.name) NDCG@20 \(Format.fixed($0.ndcgAt20, 4))" }.joined(separator: ", "))
        return result.models
    }

    /// What is served, recall alone and the whole.
    func recommenders(of catalogue: ServedCatalogue) -> [any Recommender] {
        [
            TwoTowerRecommender(catalogue),
            CascadeRecommender(
                catalogue, candidates: configuration.recall.candidates,
                diversity: configuration.rerank.diversity.map { Float($0) } ?? catalogue.bundle.diversity),
        ]
    }

    var limits: UserState.Limits {
        UserState.Limits(history: configuration.history.length, seen: configuration.history.seen)
    }

    private func description(
        of history: TrainingHistory, _ split: Split, _ record: SplitRecord, _ validation: [RankingQuality],
        _ card: ReportCard?, _ curves: LearningCurves
    ) -> BundleManifest.Description {
        let corpus = history.corpus
        var quality: [String: Double] = [:]
        for model in validation {
            quality["\(model.name).recall@20"] = model.recallAt20
            quality["\(model.name).ndcg@20"] = model.ndcgAt20
            quality["\(model.name).hr@10"] = model.hitRateAt10
            quality["\(model.name).ndcg@10"] = model.ndcgAt10
            quality["\(model.name).coverage"] = model.coverage
            quality["\(model.name).diversity"] = model.diversity
        }
        return BundleManifest.Description(
            created: RFC3339.text(now() * 1000),
            trainingData: "the log up to \(history.end): \(Format.grouped(history.events)) events of "
                + "\(Format.grouped(corpus.users.count)) users, \(Format.grouped(corpus.items.count)) items",
            split: record.text,
            counts: history.end.counts.merging([
                ManifestKey.fingerprint: history.fingerprint,
                "users": corpus.users.count, "items": corpus.items.count, "events": history.events,
                "interactions": corpus.interactions.count,
                "training-interactions": record.scope == .all
                    ? corpus.interactions.count : split.parts.count { $0 == .train },
                "validation-cases": split.validationCases.count, "test-cases": split.testCases.count,
            ]) { $1 },
            quality: quality, card: card, curves: curves)
    }
}
