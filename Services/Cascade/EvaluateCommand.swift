import Benchmarking
import CommandLine
import Learning
import Stack
import Training

/// `cascade evaluate`: quality of the live model beside the baselines, or of a training on a public benchmark.
enum EvaluateCommand {
    private static let split = Option<SplitOptions.Method>.choice(
        "split", help: "The split that the model must have been trained with.")
    private static let json = Flag("json", help: "Print one JSON object.")
    private static let benchmark = Option<Benchmark>.choice(
        "benchmark", help: "Train and measure on the files at PATH instead; no data directory is needed.")
    private static let coldItems = Flag(
        "cold-items",
        help: "Train the recall model without a tenth of the items, and measure how it finds these by their attributes."
    )
    private static let path = Positional("PATH", help: "The benchmark's folder or file.", isRequired: false)
    private static let threads = Option.integer("threads", in: 1...64, help: "Threads of a benchmark.", default: 2)
    private static let seed = Option.integer("seed", in: 0...Int.max, help: "Seed of a benchmark.", default: 1)

    static let command = Command(
        "evaluate", summary: "Measures the live model on held-out cases, beside popularity and item-kNN.",
        parameters: [path, benchmark, threads, seed, coldItems, split, json] + CommonOptions.all
    ) { arguments in
        let isJSON = arguments[json] ?? false
        if let benchmark = arguments[benchmark] {
            let options = BenchmarkOptions(
                threads: arguments[threads] ?? 2, seed: UInt64(arguments[seed] ?? 1),
                progress: CommonOptions.progress(arguments))
            let report = try benchmark.run(path: arguments.required(path), options: options)
            StandardOutput().write(isJSON ? report.json() : report.text())
            return .success
        }
        guard arguments[path] == nil else {
            throw UsageError(
                "PATH belongs to --benchmark: name one, or leave the path out.", command: arguments.command)
        }
        // It trains first where there is no model.
        let offline = try CommonOptions.offline(arguments, isTraining: true)
        defer { offline.close() }
        let (learner, progress) = (offline.learner, CommonOptions.progress(arguments))
        let report =
            if arguments[coldItems] ?? false {
                try await learner.evaluateColdItems(method: arguments[split], progress: progress)
            } else {
                try await learner.evaluate(method: arguments[split], progress: progress)
            }
        StandardOutput().write((isJSON ? report.json() : report.text()) + "\n")
        return .success
    }
}
