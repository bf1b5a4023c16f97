import CommandLine
import Learning
import Models
import Metrics
import Stack
import Training

/// `cascade train`: models from the history in the log.
enum TrainCommand {
    private static let split = Option<SplitOptions.Method>.choice(
        "split", help: "How validation and test cases are held out.", default: .automatic)
    private static let everything = Flag(
        "all", help: "Learn from everything: the best for serving, but nothing is left to evaluate on.")

    private static let fresh = Flag(
        "fresh", help: "Train from the beginning, also where an interrupted training left a checkpoint.")
    private static let ifNone = Flag("if-none", help: "Do nothing when there is a live model.")

    static let command = Command(
        "train", summary: "Trains the recall model and the ranker, and makes them the live ones.",
        discussion: "A training that was interrupted goes on from its last checkpoint.",
        parameters: [split, everything, fresh, ifNone] + CommonOptions.all
    ) { arguments in
        let offline = try CommonOptions.offline(arguments, isTraining: true)
        defer { offline.close() }
        let progress = CommonOptions.progress(arguments)
        if arguments[ifNone] ?? false, let version = try offline.liveVersion() {
            progress.line("model \(version) is live: none is trained")
            return .success
        }
        let options = TrainingOptions(
            split: SplitOptions(method: arguments[split] ?? .automatic), usesEverything: arguments[everything] ?? false,
            isFresh: arguments[fresh] ?? false)
        let outcome = try await offline.learner.train(options, progress: progress)
        if let card = outcome.manifest.description.card { StandardOutput().write(card.text()) }
        progress.line(
            "model \(outcome.version) is live: \(Int(outcome.seconds.rounded())) s, at most "
                + "\(ProcessMetrics.peakResidentBytes() >> 20) MiB of memory")
        return .success
    }
}
