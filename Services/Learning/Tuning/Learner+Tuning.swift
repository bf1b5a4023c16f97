package import CommandLine
import Configuration
import ModelRegistry
import Training

extension Learner {
    /// Searches for better settings of a training by NDCG@20 on the validation part, until the budget is spent: that of
    /// recall alone, or of the whole cascade where a setting of the ranker is among those searched for. Trials are kept in a journal beside the bundles; the same search goes on from there.
    ///
    /// The trials depend on data, configuration, seed and the results before them, and on no clock: so many of them are
    /// the same however often the search was interrupted.
    ///
    /// - Throws: ``LearningError`` for too little data, and what log, journal and trainers throw.
    package func tune(_ options: TuningOptions, progress: ProgressOutput) async throws -> TuningReport {
        try registry.prepareForTraining()
        let history = try reader.read(progress: progress)
        try history.checkEnoughToTrain()
        let split = Split(of: history.corpus, options: options.split)
        guard !split.validationCases.isEmpty else {
            throw LearningError(
                .nothingToMeasure,
                "no user has enough history to compare settings by (three interactions with different items): import more"
            )
        }
        let data = TrainingData(of: history.corpus, split: split)
        let parameters = options.settings.map(\.parameter)
        let current = Dictionary(
            uniqueKeysWithValues: options.settings.map {
                ($0.rawValue, $0.value(in: configuration.training, items: data.items.count))
            })
        let search = SuccessiveHalving(parameters, current: current, seed: options.seed)
        let journal = try TuningJournal(
            path: journalPath,
            header: TuningJournal.Header(
                identity: TrainingIdentity(
                    data, ModelTrainerSettings(configuration, items: data.items.count, history: data.train)),
                space: "\(parameters)",
                seed: options.seed),
            isFresh: options.isFresh)
        for remark in journal.remarks { progress.line(remark) }
        if !journal.trials.isEmpty { progress.line("\(journal.trials.count) trials are known from \(journalPath)") }
        let start = ContinuousClock.now
        while journal.trials.count < options.trials, (ContinuousClock.now - start).seconds < options.budget {
            let request = search.next(after: journal.trials)
            let left = options.budget - (ContinuousClock.now - start).seconds
            guard
                let trial = try trial(
                    request, number: journal.trials.count + 1, data: data, settings: options.settings, seconds: left,
                    progress: progress)
            else { break }
            try journal.add(trial)
        }
        return TuningReport(
            settings: options.settings, trials: journal.trials, cases: data.validation.count,
            seconds: (ContinuousClock.now - start).seconds)
    }

    private var journalPath: String { "\(registry.directory)/tuning.journal" }

    /// Trains with a choice of settings; nil where the time is over before the training is.
    private func trial(
        _ request: SuccessiveHalving.Request, number: Int, data: TrainingData, settings: [TunedSetting],
        seconds: Double, progress: ProgressOutput
    ) throws -> TuningTrial? {
        var configuration = configuration
        for setting in settings {
            if let value = request.values[setting.rawValue] { setting.set(value, in: &configuration.training) }
        }
        func part(_ epochs: Int) -> Int { max(1, Int((Double(epochs) * request.share).rounded())) }
        configuration.training.epochs = part(configuration.training.epochs)
        configuration.training.rankerEpochs = part(configuration.training.rankerEpochs)
        var trained = ModelTrainerSettings(configuration, items: data.items.count, history: data.train)
        trained.trainsRanker = settings.contains(where: \.isRankers)
        trained.ranker.student.epochs = part(trained.ranker.student.epochs)
        trained.ranker.student.tuningEpochs = part(trained.ranker.student.tuningEpochs)
        let start = ContinuousClock.now
        var isOver = false
        let name = "trial \(number), \(configuration.training.epochs) epochs"
        let reporter = progress.begin(name, total: 1000, unit: "%")
        var score: Double?
        do {
            let models = try ModelTrainer(settings: trained).train(data) { report in
                reporter.update(Int(report.fraction * 1000))
                isOver = (ContinuousClock.now - start).seconds >= seconds
                return !isOver && !Task.isCancelled
            }
            score = models.validation[trained.trainsRanker ? "cascade.ndcg@20" : "two-tower.ndcg@20"]
        } catch {
            if error.code == .cancelled, isOver {
                reporter.finish("the time is over")
                return nil
            }
            guard error.code == .diverged else { throw error }
            score = nil
        }
        reporter.finish(score.map { "NDCG@20 \(Format.fixed($0, 4))" } ?? "diverged")
        return TuningTrial(
            choice: request.choice, values: request.values, share: request.share, score: score,
            seconds: (ContinuousClock.now - start).seconds)
    }
}
