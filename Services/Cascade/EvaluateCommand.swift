import CommandLine
import Learning
import Stack
import Training

/// `cascade evaluate`: quality of the live model beside the baselines.
enum EvaluateCommand {
    private static let split = Option<SplitOptions.Method>.choice(
        "split", help: "The split that the model must have been trained with.")
    private static let json = Flag("json", help: "Print one JSON object.")

    static let command = Command(
        "evaluate", summary: "Measures the live model on held-out cases, beside popularity and item-kNN.",
        parameters: [split, json] + CommonOptions.all
    ) { arguments in
        // It trains first where there is no model.
        let offline = try CommonOptions.offline(arguments, isTraining: true)
        defer { offline.close() }
        let report = try await offline.learner.evaluate(
            method: arguments[split], progress: CommonOptions.progress(arguments))
        StandardOutput().write((arguments[json] ?? false ? report.json() : report.text()) + "\n")
        return .success
    }
}
