import CommandLine
import Configuration
import Contracts
import Domain
import EmbeddedLog
import EventLog
import Foundation
import Learning
import Models
import ModelRegistry
import Testing
import Training

@Suite struct LearnerTests {
    @Test func trainingWritesABundleThatEvaluationMeasures() async throws {
        let test = try TestLog()
        try await test.fill()
        let outcome = try await test.learner().train(progress: .none)
        #expect(try test.registry.active() == outcome.version)
        let manifest = try test.registry.manifest(of: outcome.version)
        #expect(manifest == outcome.manifest)
        #expect(manifest.description.counts["users"] == 60)
        #expect(manifest.description.counts["items"] == 48)
        #expect(manifest.description.counts["log-position"].map { $0 > 0 } == true)
        #expect(manifest.description.quality["two-tower.ndcg@20"].map { $0 > 0 } == true)
        #expect(manifest.description.quality["cascade.ndcg@20"].map { $0 > 0 } == true)
        #expect(manifest.quantisedRanker != nil)

        let report = try await test.learner().evaluate(progress: .none)
        #expect(report.version == outcome.version)
        #expect(report.result.models.map(\.name) == ["two-tower", "cascade", "popularity", "item-knn"])
        #expect(report.result.users == 60)
        #expect(report.result.items == 48)
        #expect(report.result.protocolText.contains("Leave the last out"))
    }

    /// Where no length of vectors is asked for, it is that of a small catalogue; one that is asked for is kept to.
    @Test(arguments: [(0, 128), (24, 24)])
    func vectorsAreAsLongAsTheCatalogueWantsOrTheConfigurationSays(asked: Int, expected: Int) async throws {
        let test = try TestLog()
        try await test.fill()
        let outcome = try await test.learner { $0.training.dimensions = asked }.train(progress: .none)
        #expect(outcome.manifest.twoTower.dimensions == expected)
        #expect(try test.registry.loadActive()?.twoTower.dimensions == expected)
    }

    /// A history of one moment tells no order: recall learns all of a user's items at once, unless it is told otherwise.
    @Test(arguments: [(true, "auto", false), (false, "auto", true), (false, "next-item", false), (true, "graph", true)])
    func recallLearnsWhatTheHistoryTells(hasOrder: Bool, asked: String, isGraph: Bool) async throws {
        let test = try TestLog()
        try await test.fill(hasOrder: hasOrder)
        let learner = test.learner {
            $0.training.recall = asked
            $0.training.epochs = 10
        }
        let outcome = try await learner.train(progress: .none)
        // Graph towers have no layers.
        let model = try #require(try test.registry.loadActive()).twoTower
        let layer = model.parameters[model.shape.userLayer1.range]
        #expect(layer.allSatisfy { $0 == 0 } == isGraph)
        let report = try await learner.evaluate(progress: .none)
        #expect(report.version == outcome.version)
        let recall = Dictionary(uniqueKeysWithValues: report.result.models.map { ($0.name, $0.recallAt20) })
        // By chance every other one is among the first 20 of 40.
        if isGraph { #expect(recall["two-tower"]! > 0.8) }
    }

    @Test func theReportHasTheFormThatScriptsReadAndATable() async throws {
        let test = try TestLog()
        try await test.fill()
        let report = try await test.learner().evaluate(progress: .none)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect((json["protocol"] as? String)?.isEmpty == false)
        #expect(json["users"] as? Int == 60 && json["items"] as? Int == 48)
        let models = try #require(json["models"] as? [[String: Any]])
        #expect(models.compactMap { $0["name"] as? String } == ["two-tower", "cascade", "popularity", "item-knn"])
        for model in models {
            for key in ["recall@20", "ndcg@20", "hr@10", "ndcg@10", "coverage", "diversity"] {
                #expect(
                    (model[key] as? Double).map { (0...1).contains($0) } == true,
                    "\(key): \(String(describing: model[key]))")
            }
        }
        let text = report.text()
        #expect(text.contains("Recall@20") && text.contains("item-knn") && text.contains("Protocol: "))
    }

    @Test func coldItemsAreMeasuredWithoutABundle() async throws {
        let test = try TestLog()
        try await test.fill(users: 240, items: 240)
        let report = try await test.learner().evaluateColdItems(progress: .none)
        #expect(report.result.models.map(\.name) == ["two-tower", "random", "popularity"])
        #expect(report.result.items > 0 && report.result.items < 60 && report.version.contains("without"))
        #expect(try test.registry.active() == nil)
    }

    @Test func whatCameAfterTrainingIsNotMeasured() async throws {
        let test = try TestLog()
        try await test.fill()
        _ = try await test.learner().train(progress: .none)
        let before = try await test.learner().evaluate(progress: .none)
        try await test.send((0..<60).map { test.event("u\($0)", "i0", at: 1_800_000_000_000) })
        let after = try await test.learner().evaluate(progress: .none)
        #expect(before.result.models == after.result.models)
    }

    @Test func trainingAgainGivesTheSameModel() async throws {
        let test = try TestLog()
        try await test.fill()
        let first = try await test.learner().train(progress: .none)
        let second = try await test.learner().train(progress: .none)
        #expect(first.version != second.version)
        #expect(first.manifest.files == second.manifest.files)
    }

    @Test func twoBundlesAreComparedOnTheSameCases() async throws {
        let test = try TestLog()
        try await test.fill()
        let first = try await test.learner().train(progress: .none).version
        let second = try await test.learner { $0.training.epochs = 30 }.train(progress: .none).version
        let report = try await test.learner().compare(first, second, progress: .none)
        #expect(report.users == 60)
        #expect(
            report.rows.map(\.model) == Array(repeating: "two-tower", count: 4) + Array(repeating: "cascade", count: 4))
        let evaluation = try await test.learner().evaluate(progress: .none)
        for row in report.rows where row.metric == "ndcg@20" {
            #expect(abs(row.test.difference - (row.second - row.first)) < 1e-9)
            let live = try #require(evaluation.result.models.first { $0.name == row.model })
            #expect(abs(row.second - live.ndcgAt20) < 1e-9)
        }
        let same = try await test.learner().compare(second, second, progress: .none)
        #expect(same.rows.allSatisfy { $0.first == $0.second && $0.test.difference == 0 && $0.test.p == 1 })
        #expect(report.text().contains("ndcg@20") && report.text().contains(second))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect((json["figures"] as? [[String: Any]])?.count == 8 && json["versions"] as? [String] == [first, second])
    }

    @Test func bundlesOfDifferentSplitsAreNotCompared() async throws {
        let test = try TestLog()
        try await test.fill()
        let first = try await test.learner().train(progress: .none).version
        var options = TrainingOptions()
        options.split.seed += 1
        let second = try await test.learner().train(options, progress: .none).version
        let error = await #expect(throws: LearningError.self) {
            _ = try await test.learner().compare(first, second, progress: .none)
        }
        #expect(error?.code == .differentSplits)
    }

    @Test func whatIsKnownOfABundleIsShown() async throws {
        let test = try TestLog()
        try await test.fill()
        let version = try await test.learner().train(progress: .none).version
        let report = try BundleReport(of: version, in: test.registry)
        let text = report.text()
        #expect(text.contains("model \(version), live") && text.contains("48 items") && text.contains("ndcg@20"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect(json["live"] as? Bool == true && json["bytes"] as? Int == report.bytes && report.bytes > 0)
        let models = try #require(json["models"] as? [[String: Any]])
        #expect(
            models.map { $0["name"] as? String } == ["cascade", "two-tower", "teacher", "student", "pruned", "int8"])
        let served = try #require(models.last)
        for key in ["auc", "logloss", "ndcg@10", "ece", "us_200"] { #expect(served[key] is Double, "\(key)") }
        for key in ["parameters", "bytes", "resident_bytes"] { #expect((served[key] as? Int ?? 0) > 0, "\(key)") }
        #expect(text.contains("µs for 200"))
        #expect(BundleReport.text(try BundleReport.all(in: test.registry)).contains(version))
        #expect(BundleReport.text([]).contains("cascade train"))
    }

    @Test func aBundleBeyondTheLimitsDoesNotBecomeLive() async throws {
        let test = try TestLog()
        try await test.fill()
        let first = try await test.learner().train(progress: .none).version
        let limited = test.learner(
            registry: ModelRegistry(directory: test.registry.directory, limits: ModelLimits(bytes: 100)))
        let error = await #expect(throws: ModelRegistryError.self) { _ = try await limited.train(progress: .none) }
        #expect(error?.code == .beyondLimits)
        #expect(error?.description.contains("the limit is 100") == true)
        #expect(try test.registry.active() == first)
    }

    @Test func aBundleTrainedOnEverythingIsNotMeasured() async throws {
        let test = try TestLog()
        try await test.fill()
        _ = try await test.learner().train(TrainingOptions(usesEverything: true), progress: .none)
        let error = await #expect(throws: LearningError.self) {
            _ = try await test.learner().evaluate(progress: .none)
        }
        #expect(error?.code == .trainedOnEverything)
        #expect(error?.description.contains("cascade train") == true)
    }

    @Test func anotherSplitThanTheBundlesIsRefused() async throws {
        let test = try TestLog()
        try await test.fill()
        _ = try await test.learner().train(
            TrainingOptions(split: SplitOptions(method: .time)), progress: .none)
        let error = await #expect(throws: LearningError.self) {
            _ = try await test.learner().evaluate(method: .last, progress: .none)
        }
        #expect(error?.description.contains("cascade train --split last") == true)
        let report = try await test.learner().evaluate(method: .time, progress: .none)
        #expect(report.result.protocolText.contains("Split by time"))
    }

    @Test func anErasedUserIsNoticed() async throws {
        let test = try TestLog()
        try await test.fill()
        _ = try await test.learner().train(progress: .none)
        #expect(try await test.log.eraseRecords(topic: TestLog.topics.userEvents, key: "u3") > 0)
        let error = await #expect(throws: LearningError.self) {
            _ = try await test.learner().evaluate(progress: .none)
        }
        #expect(error?.code == .historyChanged)
    }

    @Test func anUnreadableBundleIsNamed() async throws {
        let test = try TestLog()
        try await test.fill()
        let outcome = try await test.learner().train(progress: .none)
        let path = "\(test.folder)/models/\(outcome.version)/two-tower.safetensors"
        try Data("damaged".utf8).write(to: URL(filePath: path))
        let error = await #expect(throws: BundleError.self) {
            _ = try await test.learner().evaluate(progress: .none)
        }
        #expect(error?.file == path)
    }

    @Test func tooLittleDataSaysHowMuchThereIsAndWhatToDo() async throws {
        let test = try TestLog()
        func failure() async -> LearningError? {
            await #expect(throws: LearningError.self) { _ = try await test.learner().train(progress: .none) }
        }
        #expect(await failure()?.code == .noData)
        try await test.put((0..<20).map { Item(id: "i\($0)") })
        let empty = await failure()
        #expect(empty?.code == .noData)
        #expect(empty?.description.contains("20 items and no events") == true)
        try await test.send([test.event("x", "i1", at: 1, type: "dislike"), test.event("x", "elsewhere", at: 2)])
        let negative = await failure()
        #expect(negative?.code == .tooLittleData)
        #expect(negative?.description.contains("none of the 2 events") == true)
        try await test.send((0..<100).map { test.event("x", "i\($0 % 20)", at: Int64(10 + $0)) })
        let single = await failure()
        #expect(single?.description.contains("1 users took 20 items in 100 positive events") == true)
        #expect(single?.description.contains("cascade import") == true)
        #expect(try test.registry.versions().isEmpty)
    }

    @Test func withoutEnoughHistoryThereIsAModelAndNothingToMeasure() async throws {
        let test = try TestLog()
        try await test.put((0..<40).map { Item(id: "i\($0)") })
        try await test.send(
            (0..<40).flatMap { user in
                [0, 1].map { test.event("u\(user)", "i\((user * 3 + $0) % 40)", at: Int64(user * 7 + $0)) }
            })
        let outcome = try await test.learner().train(progress: .none)
        #expect(outcome.validation.isEmpty)
        let error = await #expect(throws: LearningError.self) {
            _ = try await test.learner().evaluate(progress: .none)
        }
        #expect(error?.code == .nothingToMeasure)
    }
}
