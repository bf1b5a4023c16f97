import CommandLine
import JSON
package import Training

/// What a search for settings found, ready to be shown.
package struct TuningReport: Sendable {
    /// What was searched for.
    package let settings: [TunedSetting]
    /// In the order in which they were made.
    package let trials: [TuningTrial]
    /// Validation cases that scores rest on, at most.
    package let cases: Int
    /// Seconds of this search.
    package let seconds: Double

    package init(settings: [TunedSetting], trials: [TuningTrial], cases: Int, seconds: Double) {
        self.settings = settings
        self.trials = trials
        self.cases = cases
        self.seconds = seconds
    }

    /// Whose quality the scores are.
    private var objective: String { settings.contains(where: \.isRankers) ? "the whole cascade" : "recall alone" }

    /// Trials that the table shows.
    private static let shown = 15

    /// The best trial with all epochs.
    package var best: TuningTrial? { SuccessiveHalving.best(of: trials) }

    /// The trial of what is set now.
    private var current: TuningTrial? { trials.first { $0.choice == 0 && $0.share == 1 } }

    /// What mattered, the most important first.
    package var importance: [ParameterImportance] {
        ParameterImportance.all(of: settings.map(\.parameter), in: trials)
    }

    /// The lines to put into the configuration file; nil where nothing better was found than what is set.
    package var configuration: String? {
        guard let best, best.choice != 0, (best.score ?? 0) > (current?.score ?? -1) else { return nil }
        let lines = settings.compactMap { setting in
            best.values[setting.rawValue].map { "    \(setting.rawValue): \(setting.text($0))," }
        }
        return "{\n  training: {\n\(lines.joined(separator: "\n"))\n  },\n}\n"
    }

    /// Tables and advice for people.
    package func text() -> String {
        guard !trials.isEmpty else {
            return "No trial came to its end in \(Format.fixed(seconds, 0)) s: raise --budget.\n"
        }
        var text = table() + "\n" + importanceText()
        text +=
            "\n\(trials.count) trials (\(trials.count { $0.share == 1 }) with all epochs, \(trials.count { $0.score == nil }) "
            + "diverged), \(Format.fixed(seconds, 0)) s now; NDCG@20 of \(objective) on up to "
            + "\(Format.grouped(cases)) validation cases. The best of many is flattered by chance: what it is worth, `cascade train` and `cascade "
            + "models compare` tell on the test part.\n\n"
        guard let configuration else {
            return text + "Nothing better was found than what is set now.\n"
        }
        return text + "For the file of --config:\n\n\(configuration)"
    }

    private func table() -> String {
        var table = Table(
            [("trial", .right), ("epochs", .right), ("NDCG@20", .right), ("s", .right)]
                + settings.map { ($0.rawValue, .right) } + [("", .left)])
        let ranked = trials.enumerated().filter { $0.element.score != nil }.sorted {
            ($1.element.share, $1.element.score ?? 0, $0.offset) < ($0.element.share, $0.element.score ?? 0, $1.offset)
        }
        for (place, trial) in ranked.prefix(Self.shown) {
            table.add(
                [
                    "\(place + 1)", Self.share(trial.share), Format.fixed(trial.score ?? 0, 4),
                    Format.fixed(trial.seconds, 1),
                ]
                    + settings.map { setting in trial.values[setting.rawValue].map(setting.text) ?? "" }
                    + [trial.choice == 0 ? "set now" : ""])
        }
        let rest = ranked.count - Self.shown
        return table.render() + (rest > 0 ? "and \(rest) more, not as good or with fewer epochs\n" : "")
    }

    static func share(_ share: Double) -> String { share == 1 ? "all" : "1/\(Int((1 / share).rounded()))" }

    private func importanceText() -> String {
        let importance = importance
        guard !importance.isEmpty else {
            return "What mattered cannot be told from fewer than \(ParameterImportance.minimum) trials.\n"
        }
        var table = Table([("parameter", .left), ("explains", .right)])
        for entry in importance { table.add([entry.name, "\(Format.fixed(entry.share * 100, 0)) %"]) }
        return table.render()
            + "explains: share of the variance of NDCG@20 between trials of equally many epochs (adjusted R² of a quadratic in\n"
            + "the parameter alone, \(importance[0].trials) trials); what parameters do together is not in it.\n"
    }

    /// One JSON object for machines, with a line feed at its end.
    package func json() -> String {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.field("objective", "NDCG@20 of \(objective) on validation")
        writer.field("seconds", seconds)
        writer.name("trials")
        writer.beginArray()
        for trial in trials { write(trial, to: &writer) }
        writer.endArray()
        writer.name("best")
        if let best { write(best, to: &writer) } else { writer.null() }
        writer.name("importance")
        writer.beginObject()
        for entry in importance {
            writer.name(entry.name)
            writer.double(entry.share)
        }
        writer.endObject()
        writer.endObject()
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    private func write(_ trial: TuningTrial, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("choice", trial.choice)
        writer.field("share", trial.share)
        writer.name("score")
        if let score = trial.score { writer.double(score) } else { writer.null() }
        writer.field("seconds", trial.seconds)
        writer.name("values")
        writer.beginObject()
        for setting in settings {
            guard let value = trial.values[setting.rawValue] else { continue }
            writer.name(setting.rawValue)
            writer.double(value)
        }
        writer.endObject()
        writer.endObject()
    }
}
