import CommandLine
import Configuration
import Foundation
import FoundationXML
import Learning
import Testing
import Training

/// Searches for settings, and what is kept of them.
@Suite struct TuningTests {
    private let test: TestLog

    init() async throws {
        test = try TestLog()
        try await test.fill(users: 20, items: 24, groups: 2, length: 6)
    }

    private static let settings: [TunedSetting] = [.learningRate, .temperature, .dimensions]

    private func options(_ trials: Int, budget: Double = 600) -> TuningOptions {
        TuningOptions(settings: Self.settings, budget: budget, trials: trials, seed: 3)
    }

    private func tune(
        _ options: TuningOptions, _ change: (inout CascadeConfiguration) -> Void = { _ in }
    ) async throws -> (report: TuningReport, text: String) {
        let lines = Lines()
        let report = try await test.learner {
            $0.training.threads = 1
            $0.training.rankerEpochs = 1
            change(&$0)
        }.tune(options, progress: lines.progress)
        return (report, lines.text)
    }

    private var journal: String { "\(test.folder)/models/tuning.journal" }

    private func timeless(_ trials: [TuningTrial]) -> [TuningTrial] {
        trials.map {
            var trial = $0
            trial.seconds = 0
            return trial
        }
    }

    @Test func goesOnWhereItStoppedAndIsTheSameForASeed() async throws {
        let whole = try await tune(options(12)).report
        #expect(whole.trials.count == 12 && whole.trials[0].choice == 0)
        #expect(Set(whole.trials.map(\.choice)).count >= 9)
        try FileManager.default.removeItem(atPath: journal)

        _ = try await tune(options(5))
        // A process that was killed while it wrote a line.
        let handle = try #require(FileHandle(forWritingAtPath: journal))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("0123456789abcdef {\"choice\":".utf8))
        try handle.close()
        let resumed = try await tune(options(12))
        #expect(resumed.text.contains("5 trials are known") && resumed.text.contains("was cut"), "\(resumed.text)")
        #expect(timeless(resumed.report.trials) == timeless(whole.trials))
        let again = try await tune(options(12))
        #expect(again.text.contains("12 trials are known") && !again.text.contains("cut"), "\(again.text)")
        #expect(again.report.trials == resumed.report.trials)
    }

    @Test func aDamagedLineIsTriedAgain() async throws {
        let whole = try await tune(options(4)).report
        var lines = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n").map { String($0) }
        lines[2] = lines[2].replacing("score\":0", with: "score\":1")
        try (lines.joined(separator: "\n") + "\n").write(toFile: journal, atomically: true, encoding: .utf8)
        let repaired = try await tune(options(4))
        #expect(repaired.text.contains("1 damaged lines do not count"), "\(repaired.text)")
        func ordered(_ trials: [TuningTrial]) -> [TuningTrial] {
            timeless(trials).sorted { ($0.share, $0.choice) < ($1.share, $1.choice) }
        }
        #expect(ordered(repaired.report.trials) == ordered(whole.trials))
    }

    @Test func anotherSearchsJournalIsPutAside() async throws {
        _ = try await tune(options(1))
        let other = try await tune(options(1)) { $0.training.epochs = 1 }
        #expect(other.text.contains("another configuration") && other.text.contains(".old"), "\(other.text)")
        #expect(FileManager.default.fileExists(atPath: journal + ".old"))
        var seeded = options(1)
        seeded.seed = 4
        #expect(try await tune(seeded) { $0.training.epochs = 1 }.text.contains("another seed"))
        seeded.isFresh = true
        let fresh = try await tune(seeded) { $0.training.epochs = 1 }
        #expect(!fresh.text.contains("known") && fresh.report.trials.count == 1)
    }

    @Test func settingsOfTheRankerAreScoredWithIt() async throws {
        var ranked = options(2)
        ranked.settings.append(.rankerDecay)
        let report = try await tune(ranked).report
        #expect(report.trials.count == 2 && report.trials.allSatisfy { $0.values["rankerDecay"] != nil })
        #expect(report.text().contains("of the whole cascade"))
        #expect(try await tune(options(1)).report.text().contains("of recall alone"))
    }

    @Test func aBudgetThatIsTooShortSaysSo() async throws {
        let report = try await tune(options(5, budget: 0.001)).report
        #expect(report.trials.isEmpty)
        #expect(report.text().contains("raise --budget"))
    }

    /// Of made-up scores, best at a temperature of about 0.1.
    @Test func theReportHasTablesLinesAndAPlot() throws {
        let parameters = Self.settings.map(\.parameter)
        let search = SuccessiveHalving(
            parameters, current: ["learningRate": 0.01, "temperature": 0.3, "dimensions": 64], seed: 1)
        var trials: [TuningTrial] = []
        for _ in 0..<16 {
            let request = search.next(after: trials)
            let distance = parameters[1].place(of: request.values["temperature"] ?? 0) - 0.45
            trials.append(
                TuningTrial(
                    choice: request.choice, values: request.values, share: request.share,
                    score: 0.1 - 0.1 * distance * distance, seconds: 2))
        }
        let report = TuningReport(settings: Self.settings, trials: trials, cases: 40, seconds: 32)
        #expect(report.importance.first?.name == "temperature")
        let text = report.text()
        #expect(text.contains("NDCG@20") && text.contains("explains") && text.contains("adjusted R²"), "\(text)")
        let lines = try #require(report.configuration)
        #expect(text.contains(lines))
        let configuration = try CascadeConfiguration.parse(lines, source: "tune")
        let best = try #require(report.best)
        for setting in Self.settings {
            #expect(setting.value(in: configuration.training, items: 48) == best.values[setting.rawValue])
        }
        #expect(configuration.problems().isEmpty)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect((json["trials"] as? [Any])?.count == 16)
        #expect((json["importance"] as? [String: Double])?.count == 3)
        let plot = report.plot()
        #expect(XMLParser(data: Data(plot.utf8)).parse())
        for setting in Self.settings { #expect(plot.contains("training.\(setting.rawValue)")) }
    }

    @Test func everySettingIsOneOfTheConfiguration() throws {
        var configuration = CascadeConfiguration()
        configuration.training.dimensions = 96
        let json = try configuration.json()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let training = try #require(object["training"] as? [String: Any])
        for setting in TunedSetting.allCases {
            let value = try #require(training[setting.rawValue] as? Double, "\(setting)")
            #expect(setting.value(in: configuration.training, items: 48) == value)
        }
    }

    @Test func aSearchStartsFromTheLengthThatSuitsTheCatalogue() {
        let training = CascadeConfiguration().training
        #expect(TunedSetting.dimensions.value(in: training, items: 10_000) == 128)
        #expect(TunedSetting.dimensions.value(in: training, items: 10_001) == 64)
    }
}
