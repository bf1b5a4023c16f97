import Domain
import Models
import Testing
import Training

/// A training that is interrupted, and gone on with from what it kept.
struct TrainingCheckpointTests {
    /// Keeps the bytes of every checkpoint.
    private final class Keeper: CheckpointKeeper {
        var kept: [[UInt8]] = []
        let isDue = true
        func keep(_ checkpoint: TrainingCheckpoint) { kept.append(checkpoint.encoded()) }
    }

    /// Half of the interactions have the time of another one of their user, so that ties are shuffled.
    private static let corpus: Corpus = {
        var corpus = PlantedWorld.corpus(users: 40, length: 9)
        for place in corpus.interactions.indices {
            corpus.interactions[place].entry.timestamp /= 2 * TestWorld.day
        }
        return corpus
    }()

    private static func data(_ corpus: Corpus = Self.corpus) -> TrainingData {
        TrainingData(of: corpus, split: Split(of: corpus, options: SplitOptions(method: .last)))
    }

    private static var settings: ModelTrainerSettings {
        var settings = ModelTrainerSettings(seed: 3, threads: 1)
        settings.twoTower = PlantedWorld.settings(seed: 3)
        settings.twoTower.threads = 1
        settings.twoTower.epochs = 5
        settings.ranker.candidates = 20
        settings.ranker.epochs = 2
        settings.ranker.teacher.embedding = 8
        settings.ranker.teacher.rank = 4
        settings.ranker.teacher.deep = [8]
        settings.ranker.student.hidden = [8, 8]
        settings.ranker.student.pruned = [8, 4]
        settings.ranker.student.epochs = 1
        settings.refreshEpochs = 1
        return settings
    }

    private static func training(_ settings: ModelTrainerSettings) -> ModelTrainer { ModelTrainer(settings: settings) }

    /// What a training keeps until it is stopped after an epoch of the recall model; nil for its end.
    private static func checkpoints(stoppedAfter epoch: Int? = nil) -> [[UInt8]] {
        let keeper = Keeper()
        _ = try? training(settings).train(data(), keeper: keeper) { report in
            epoch.map { report.phase == "two-tower" && report.epoch <= $0 } ?? true
        }
        return keeper.kept
    }

    @Test func ifResumedAnywhereItEndsAsIfNothingHadHappened() throws {
        let data = Self.data()
        let keeper = Keeper()
        let whole = try Self.training(Self.settings).train(data, keeper: keeper)
        #expect(keeper.kept.count >= 4)
        #expect(whole.curves.points.count > keeper.kept.count)
        let parameters = whole.twoTower.parameters.map(\.bitPattern)
        for (place, bytes) in keeper.kept.enumerated() {
            let checkpoint = try TrainingCheckpoint(decoding: bytes)
            #expect(checkpoint.epoch == place + 1)
            let resumed = try Self.training(Self.settings).train(data, resuming: checkpoint)
            #expect(resumed.twoTower.parameters.map(\.bitPattern) == parameters, "from epoch \(place + 1)")
            #expect(resumed.ranker?.parameters == whole.ranker?.parameters)
            #expect(resumed.choice == whole.choice)
            #expect(resumed.validation == whole.validation)
            #expect(resumed.curves == whole.curves)
        }
    }

    @Test func whatAnInterruptedTrainingKeptIsWhatAWholeOneKeeps() {
        let whole = Self.checkpoints()
        let isSame = Self.checkpoints(stoppedAfter: 2) == Array(whole.prefix(2))
        #expect(isSame)
    }

    @Test func withoutValidationItIsResumedToo() throws {
        var data = Self.data()
        data.validation = []
        let keeper = Keeper()
        let whole = try Self.training(Self.settings).train(data, keeper: keeper)
        let resumed = try Self.training(Self.settings).train(
            data, resuming: try TrainingCheckpoint(decoding: keeper.kept[1]))
        #expect(resumed.twoTower.parameters == whole.twoTower.parameters)
        #expect(resumed.curves == whole.curves)
    }

    @Test func damageIsFound() throws {
        let bytes = try #require(Self.checkpoints(stoppedAfter: 1).first)
        for place in stride(from: 0, to: bytes.count, by: 97) {
            var damaged = bytes
            damaged[place] ^= 0x20
            #expect(throws: TrainingCheckpoint.Refusal.self, "byte \(place)") {
                try TrainingCheckpoint(decoding: damaged)
            }
        }
        for length in [0, 7, 16, 23, 24, bytes.count / 2, bytes.count - 1] {
            #expect(throws: TrainingCheckpoint.Refusal.self, "\(length) bytes") {
                try TrainingCheckpoint(decoding: Array(bytes.prefix(length)))
            }
        }
        var newer = bytes
        newer[8] = 99
        #expect(throws: TrainingCheckpoint.Refusal.otherFormat(99)) { try TrainingCheckpoint(decoding: newer) }
    }

    @Test func otherDataAndSettingsAreToldApart() throws {
        let data = Self.data()
        let settings = Self.settings
        let identity = TrainingIdentity(data, settings)
        #expect(identity == TrainingIdentity(Self.data(), settings))
        var changes: [TrainingData] = Array(repeating: data, count: 5)
        changes[0].train[3].entry.weight += 1
        changes[1].train[3].entry.timestamp += 1
        changes[2].items[0].categories = ["other"]
        changes[3].userAttributes[0] = ["age=3"]
        changes[4].validation.removeLast()
        for changed in changes {
            #expect(TrainingIdentity(changed, settings).data != identity.data)
            #expect(TrainingIdentity(changed, settings).settings == identity.settings)
        }
        var others = Array(repeating: settings, count: 3)
        others[0].twoTower.threads = 2
        others[1].ranker.teacher.decay = 0.5
        others[2].choice = ServingChoice(ranker: 0.5, linear: 0, linkPlaces: 0)
        for other in others {
            #expect(TrainingIdentity(data, other).settings != identity.settings)
            #expect(TrainingIdentity(data, other).data == identity.data)
        }
        let checkpoint = try TrainingCheckpoint(decoding: try #require(Self.checkpoints(stoppedAfter: 1).first))
        let error = #expect(throws: TrainingError.self) {
            _ = try Self.training(others[0]).train(data, resuming: checkpoint)
        }
        #expect(error?.code == .foreignCheckpoint)
    }

    @Test func aDivergingRankerSaysWhatToDo() {
        var settings = Self.settings
        settings.ranker.teacher.learningRate = 1e38
        let error = #expect(throws: TrainingError.self) { _ = try Self.training(settings).train(Self.data()) }
        #expect(error?.code == .diverged)
        #expect(error?.description.contains("training.rankerLearningRate") == true)
    }

    /// A step size at which the loss grows while it stays a number.
    @Test(arguments: [Float(30), 1e38])
    func divergenceSaysWhatToDo(_ rate: Float) {
        var settings = Self.settings
        settings.twoTower.learningRate = rate
        let error = #expect(throws: TrainingError.self) { _ = try Self.training(settings).train(Self.data()) }
        #expect(error?.code == .diverged)
        #expect(error?.description.contains("training.learningRate") == true)
    }
}
