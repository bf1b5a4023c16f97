import CommandLine
import DataDirectory
import Learning
import Stack
import Training

/// `cascade tune`: better settings for the training.
enum TuneCommand {
    private static let budget = Option<Double>(
        "budget", valueName: "TIME", help: "Time for new trials: 90s, 10m, 2h.", default: 600, defaultText: "10m"
    ) { text throws(InvalidValue) in
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()), number > 0,
            number < 1e6
        else { throw InvalidValue("a number and a unit are expected, such as 90s, 10m or 2h") }
        return number * unit
    }
    private static let trials = Option.integer(
        "trials", in: 1...100_000, help: "Trials at most, those of earlier searches included.", defaultText: "no limit")
    private static let parameters = Option.string(
        "parameters", valueName: "A,B,…",
        help: "What to search for; rankerLearningRate and rankerDecay make each trial train the ranker, too.",
        defaultText: TunedSetting.recall.map(\.rawValue).joined(separator: ","))
    private static let split = Option<SplitOptions.Method>.choice(
        "split", help: "How validation and test cases are held out.", default: .automatic)
    private static let seed = Option.integer("seed", in: 0...Int.max, help: "Seed of what is tried.", default: 1)
    private static let plot = Option.string(
        "plot", valueName: "FILE", help: "Where the plot goes (SVG).", defaultText: "tuning.svg beside the models")
    private static let fresh = Flag("fresh", help: "Begin anew, also where an earlier search can be gone on with.")
    private static let json = Flag("json", help: "Print one JSON object.")

    static let command = Command(
        "tune", summary: "Searches for better settings of the training, on the validation part.",
        discussion:
            "An interrupted or finished search goes on where it is run again. No model is made: 'cascade train' does.",
        parameters: [budget, trials, parameters, split, seed, plot, fresh, json] + CommonOptions.all
    ) { arguments in
        let settings = try settings(arguments)
        let offline = try CommonOptions.offline(arguments, isTraining: true)
        defer { offline.close() }
        let progress = CommonOptions.progress(arguments)
        let report = try await offline.learner.tune(
            TuningOptions(
                settings: settings, budget: arguments[budget] ?? 600, trials: arguments[trials] ?? .max,
                seed: UInt64(arguments[seed] ?? 1), split: SplitOptions(method: arguments[split] ?? .automatic),
                isFresh: arguments[fresh] ?? false),
            progress: progress)
        StandardOutput().write(arguments[json] ?? false ? report.json() : report.text())
        let path = arguments[plot] ?? "\(offline.directory.modelsPath)/tuning.svg"
        try AtomicFile.write(Array(report.plot().utf8), to: path, mode: 0o644)
        progress.line("plot: \(path)")
        return .success
    }

    private static func settings(_ arguments: Arguments) throws -> [TunedSetting] {
        guard let names = arguments[parameters] else { return TunedSetting.recall }
        var settings: [TunedSetting] = []
        for name in names.split(separator: ",").map(String.init) {
            guard let setting = TunedSetting(rawValue: name) else {
                let known = TunedSetting.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("--parameters: there is no '\(name)'; there are \(known).", command: arguments.command)
            }
            if !settings.contains(setting) { settings.append(setting) }
        }
        guard !settings.isEmpty else { throw UsageError("--parameters names none.", command: arguments.command) }
        return settings
    }
}
