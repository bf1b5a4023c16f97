import CommandLine
import Configuration
import Domain
import Training

/// Runs the trainers and shows how far they are.
struct TrainingSession {
    private(set) var settings: ModelTrainerSettings
    private let progress: ProgressOutput
    /// By phase, the epoch with the best NDCG@20 on validation.
    private var best: [String: (epoch: Int, figure: Double)] = [:]
    /// The ranker's share that the last training found best.
    private var rankerShare: Float?

    init(configuration: CascadeConfiguration, progress: ProgressOutput) {
        self.progress = progress
        let training = configuration.training
        settings = ModelTrainerSettings(
            seed: UInt64(training.seed),
            threads: training.threads > 0 ? training.threads : MachineDescription.current().cores)
        settings.twoTower.dimensions = training.dimensions
        settings.twoTower.epochs = training.epochs
        settings.twoTower.batch = training.batch
        settings.twoTower.learningRate = Float(training.learningRate)
        settings.twoTower.pooling.length = configuration.history.length
        settings.ranker.epochs = training.rankerEpochs
        settings.ranker.candidates = configuration.recall.candidates
    }

    /// From now on trains for as many epochs as the last training took to its best.
    mutating func useEpochsFound() {
        if let found = best["two-tower"] { settings.twoTower.epochs = found.epoch }
        if let found = best["teacher"] { settings.ranker.epochs = found.epoch }
        settings.rankerShare = rankerShare
    }

    /// Trains the two-tower model and the ranker. Ends with `TrainingError.cancelled` when the task is cancelled.
    mutating func train(_ data: TrainingData) throws -> TrainedModels {
        let reporter = progress.begin("training", total: 1000, unit: "%")
        var best: [String: (epoch: Int, figure: Double)] = [:]
        let models = try ModelTrainer(settings: settings).train(data) { report in
            if let figure = report.validation["ndcg@20"], figure > (best[report.phase]?.figure ?? -1) {
                best[report.phase] = (report.epoch, figure)
            }
            reporter.update(Int(report.fraction * 1000), note: Self.note(of: report, best: best[report.phase]?.figure))
            return !Task.isCancelled
        }
        self.best = best
        rankerShare = models.rankerShare
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
