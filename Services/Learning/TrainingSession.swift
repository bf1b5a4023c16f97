import CommandLine
import Configuration
import Domain
import Models
import Training

/// Runs the trainers and shows how far they are.
struct TrainingSession {
    private(set) var settings: ModelTrainerSettings
    private let progress: ProgressOutput
    /// How the last training went.
    private var curves = LearningCurves([])
    /// How the last training found its models best served together.
    private var choice: ServingChoice?

    /// Trainings on a catalogue and its history.
    init(configuration: CascadeConfiguration, corpus: Corpus, progress: ProgressOutput) {
        self.progress = progress
        settings = ModelTrainerSettings(
            configuration, items: corpus.items.count, history: corpus.interactions)
        if settings.recall == .graph {
            progress.line(
                configuration.training.recall == "auto"
                    ? "the history does not tell what came first: recall learns all of a user's items at once (training.recall)"
                    : "recall learns all of a user's items at once, in no order (training.recall)")
        }
    }

    /// From now on trains for as many epochs as the last training took to its best.
    mutating func useEpochsFound() {
        settings.use(curves, choice)
    }

    /// Trains the two-tower model and the ranker, from a checkpoint of the same training where `file` has one. Ends with
    /// `TrainingError.cancelled` when the task is cancelled.
    mutating func train(_ data: TrainingData, _ file: CheckpointFile) throws -> TrainedModels {
        let checkpoint = file.checkpoint(for: TrainingIdentity(data, settings))
        let reporter = progress.begin("training", total: 1000, unit: "%")
        var best: [String: Double] = [:]
        let models = try ModelTrainer(settings: settings).train(data, resuming: checkpoint, keeper: file) { report in
            if let figure = report.validation["ndcg@20"] {
                best[report.phase] = max(figure, best[report.phase] ?? figure)
            }
            reporter.update(Int(report.fraction * 1000), note: Self.note(of: report, best: best[report.phase]))
            return !Task.isCancelled
        }
        curves = models.curves
        choice = models.choice
        let figures = ["two-tower", "cascade"].compactMap { name in
            models.validation["\(name).ndcg@20"].map { "\(name) NDCG@20 \(Format.fixed($0, 4))" }
        }
        reporter.finish(figures.isEmpty ? "no validation" : figures.joined(separator: ", "))
        return models
    }

    private static func note(of report: TrainingProgress, best: Double?) -> String {
        var note = "\(report.phase) epoch \(report.epoch)/\(report.epochs), loss \(Format.fixed(report.loss, 3))"
        if let best { note += ", best NDCG@20 \(Format.fixed(best, 4))" }
        return note
    }
}
