import CommandLine
import Configuration
import Domain
import EventLog
import Foundation
import Learning
import Models
import ModelRegistry
import Testing
import Training

/// A training that did not come to its end, and the next one.
@Suite struct ResumedTrainingTests {
    private let test: TestLog

    init() async throws {
        test = try TestLog()
        try await test.fill(users: 24, items: 24, groups: 2, length: 6)
    }

    private func learner(_ change: (inout CascadeConfiguration) -> Void = { _ in }) -> Learner {
        test.learner {
            $0.training.threads = 1
            $0.training.rankerEpochs = 1
            $0.training.epochs = 3
            $0.training.checkpointSeconds = 0
            change(&$0)
        }
    }

    private var checkpoint: String { "\(test.folder)/models/.checkpoint" }
    private var active: String { "\(test.folder)/models/ACTIVE" }

    /// What lies in the folder of models and begins with a dot.
    private var hidden: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: "\(test.folder)/models").filter { $0.hasPrefix(".") }
        }
    }

    /// A training whose bundle cannot be made the live one: a folder is in the way.
    private func interrupt(_ options: TrainingOptions = TrainingOptions()) async throws {
        let kept = active + "-kept"
        let wasActive = FileManager.default.fileExists(atPath: active)
        if wasActive { try FileManager.default.moveItem(atPath: active, toPath: kept) }
        try FileManager.default.createDirectory(atPath: active, withIntermediateDirectories: true)
        await #expect(throws: ModelRegistryError.self) {
            _ = try await learner().train(options, progress: .none)
        }
        try FileManager.default.removeItem(atPath: active)
        if wasActive { try FileManager.default.moveItem(atPath: kept, toPath: active) }
        #expect(FileManager.default.fileExists(atPath: checkpoint))
    }

    /// A training that is stopped when its progress first shows a text.
    private func interrupt(at text: String, _ change: (inout CascadeConfiguration) -> Void) async throws {
        let (learner, lines) = (learner(change), CancellingLines(at: text))
        // In a task of its own, which is the one that is cancelled.
        let training = Task { try await learner.train(progress: lines.progress) }
        let error = await #expect(throws: TrainingError.self) { _ = try await training.value }
        #expect(error?.code == .cancelled)
        #expect(FileManager.default.fileExists(atPath: checkpoint))
    }

    private func train(
        _ options: TrainingOptions = TrainingOptions(), _ change: (inout CascadeConfiguration) -> Void = { _ in }
    ) async throws -> (outcome: TrainingOutcome, text: String) {
        let lines = Lines()
        let outcome = try await learner(change).train(options, progress: lines.progress)
        #expect(try hidden.isEmpty, "nothing is left behind")
        return (outcome, lines.text)
    }

    @Test func goesOnAndMakesTheSameBytes() async throws {
        let whole = try await train()
        #expect(!whole.text.contains("resumes"))
        try await interrupt()
        let resumed = try await train()
        #expect(resumed.text.contains("this one resumes"), "\(resumed.text)")
        #expect(resumed.outcome.manifest.files == whole.outcome.manifest.files)
        #expect(resumed.outcome.manifest.description.curves == whole.outcome.manifest.description.curves)
        #expect(try test.registry.active() == resumed.outcome.version)
    }

    /// Stopped while it trains one model or another. Where it goes on depends on what checkpoints may cost.
    @Test(arguments: [
        "two-tower epoch 2", "teacher epoch 1", "teacher epoch 2", "student epoch 1", "pruned epoch 1",
        "refresh epoch 1",
    ]) func goesOnWhereverItWasStopped(_ stop: String) async throws {
        let change: (inout CascadeConfiguration) -> Void = { $0.training.rankerEpochs = 2 }
        let whole = try await train(TrainingOptions(), change)
        try await interrupt(at: stop, change)
        let resumed = try await train(TrainingOptions(), change)
        #expect(resumed.text.contains("this one resumes"), "\(resumed.text)")
        #expect(resumed.outcome.manifest.files == whole.outcome.manifest.files)
        #expect(resumed.outcome.manifest.description.curves == whole.outcome.manifest.description.curves)
    }

    @Test func goesOnInBothPartsOfATrainingOnEverything() async throws {
        let options = TrainingOptions(usesEverything: true)
        let whole = try await train(options)
        try await interrupt(options)
        #expect(try hidden.sorted() == [".checkpoint", ".checkpoint-all"])
        let resumed = try await train(options)
        #expect(
            resumed.text.split(separator: "\n").count { $0.contains("this one resumes") } == 2, "\(resumed.text)")
        #expect(resumed.outcome.manifest.files == whole.outcome.manifest.files)
    }

    @Test func startsAnewWhereItIsAskedTo() async throws {
        try await interrupt()
        let fresh = try await train(TrainingOptions(isFresh: true))
        #expect(!fresh.text.contains("resumes"))
    }

    @Test func saysWhyACheckpointIsNotUsed() async throws {
        try await interrupt()
        let settings = try await train { $0.training.learningRate = 0.02 }
        #expect(settings.text.contains("other settings") && settings.text.contains("starts anew"), "\(settings.text)")

        try await interrupt()
        var bytes = try Data(contentsOf: URL(filePath: checkpoint))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: checkpoint))
        let damaged = try await train()
        #expect(damaged.text.contains("damaged") && damaged.text.contains(checkpoint), "\(damaged.text)")

        try await interrupt()
        bytes = try Data(contentsOf: URL(filePath: checkpoint))
        bytes[8] = 200
        try bytes.write(to: URL(filePath: checkpoint))
        let newer = try await train()
        #expect(newer.text.contains("format 200"), "\(newer.text)")

        try await interrupt()
        try await test.send([test.event("u1", "i0", at: 1_700_900_000_000)])
        let data = try await train()
        #expect(data.text.contains("other data"), "\(data.text)")
    }

    /// What is left of processes that were killed while they wrote.
    @Test func clearsAwayWhatWasHalfWritten() async throws {
        let models = "\(test.folder)/models"
        let partial = "\(models)/.20260101-000000.partial"
        try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
        for path in ["\(partial)/two-tower.safetensors", "\(models)/.checkpoint.4711.tmp"] {
            try Data("half".utf8).write(to: URL(filePath: path))
        }
        _ = try await train()
        #expect(try test.registry.versions().count == 1)
    }

    @Test func divergenceStopsItWithTheSettingToChange() async throws {
        let error = await #expect(throws: TrainingError.self) {
            _ = try await learner { $0.training.learningRate = 1e38 }.train(progress: .none)
        }
        #expect(error?.code == .diverged)
        #expect(error?.description.contains("training.learningRate") == true)
        #expect(try test.registry.versions().isEmpty)
        #expect(try hidden.isEmpty, "going on would lead there again")
    }

    @Test func aCheckpointThatCannotBeWrittenIsNoReasonToStop() async throws {
        try FileManager.default.createDirectory(atPath: checkpoint + "/in-the-way", withIntermediateDirectories: true)
        let lines = Lines()
        let outcome = try await learner().train(progress: lines.progress)
        #expect(try test.registry.active() == outcome.version)
        #expect(lines.text.split(separator: "\n").count { $0.contains("no checkpoint could be written") } == 1)
    }

    @Test func howItWentIsKeptWithTheBundle() async throws {
        let outcome = try await train().outcome
        let curves = try #require(try test.registry.manifest(of: outcome.version).description.curves)
        #expect(Set(curves.points.map(\.phase)).isSuperset(of: ["two-tower", "teacher", "student", "refresh"]))
        let tower = curves.points.filter { $0.phase == "two-tower" }
        #expect(tower.map(\.epoch) == Array(1...tower.count))
        #expect(tower.allSatisfy { $0.loss > 0 && $0.figures["ndcg@20"] != nil })
        #expect(tower.last.map { $0.loss < tower[0].loss } == true)
    }
}
