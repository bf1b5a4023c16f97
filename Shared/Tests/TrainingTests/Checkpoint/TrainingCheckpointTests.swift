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
        settings.twoTower.epochs = 3
        settings.ranker.candidates = 20
        settings.ranker.epochs = 2
        settings.ranker.teacher.embedding = 8
        settings.ranker.teacher.rank = 4
        settings.ranker.teacher.deep = [8]
        // Steps large enough that each phase ends elsewhere than it began.
        settings.ranker.batch = 4
        settings.ranker.teacher.learningRate = 0.05
        settings.ranker.student.learningRate = 0.2
        settings.ranker.student.hidden = [8, 8]
        settings.ranker.student.pruned = [8, 4]
        settings.ranker.student.epochs = 2
        settings.ranker.student.tuningEpochs = 1
        // Rounding is always trained with.
        settings.ranker.student.tolerance = -1
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

    private static let phases = ["two-tower", "teacher", "student", "pruned", "int8", "refresh"]

    /// Whether two trainings made the same, times apart, to the bit.
    private static func areSame(_ a: TrainedModels, _ b: TrainedModels) -> Bool {
        func qualities(_ models: TrainedModels) -> [[Double]] {
            (models.card?.rows ?? []).map { [$0.auc, $0.logLoss, $0.ndcgAt10, $0.calibrationError] }
        }
        return a.twoTower.parameters.map(\.bitPattern) == b.twoTower.parameters.map(\.bitPattern)
            && a.ranker?.parameters == b.ranker?.parameters && a.links == b.links && a.choice == b.choice
            && a.validation == b.validation && a.counts == b.counts && a.curves == b.curves
            && qualities(a) == qualities(b)
    }

    /// A training that may be killed after any epoch of any phase, and between phases.
    @Test(arguments: RecallMethod.allCases)
    func ifResumedAnywhereItEndsAsIfNothingHadHappened(_ recall: RecallMethod) throws {
        let data = Self.data()
        var settings = Self.settings
        settings.recall = recall
        let keeper = Keeper()
        let whole = try Self.training(settings).train(data, keeper: keeper)
        #expect(whole.card?.rows.count == 4)
        let epochs = whole.curves.points.map { "\($0.phase) from epoch \($0.epoch)" }
        #expect(Set(whole.curves.points.map(\.phase)) == Set(Self.phases))
        let places = try keeper.kept.map { try TrainingCheckpoint(decoding: $0).place }
        #expect(places.filter { $0.contains("epoch") } == epochs)
        #expect(places.filter { $0.hasPrefix("after") } == Self.phases.map { "after \($0)" })
        for (place, bytes) in zip(places, keeper.kept) {
            let checkpoint = try TrainingCheckpoint(decoding: bytes)
            #expect(checkpoint.encoded() == bytes)
            var phases: [String] = []
            let resumed = try Self.training(settings).train(data, resuming: checkpoint) { report in
                if phases.last != report.phase { phases.append(report.phase) }
                return true
            }
            #expect(Self.areSame(resumed, whole), "\(place)")
            // What had been done is not done again.
            let first = Self.phases.firstIndex { place.contains($0) } ?? 0
            #expect(phases.allSatisfy { Self.phases[first...].contains($0) }, "\(place)")
            #expect(!place.hasPrefix("after") || !phases.contains(Self.phases[first]), "\(place)")
        }
    }

    /// The same where no ranker serves: recall is all that is trained.
    @Test(arguments: RecallMethod.allCases)
    func withoutARankerItEndsTheSame(_ recall: RecallMethod) throws {
        let data = Self.data()
        var settings = Self.settings
        settings.recall = recall
        settings.choice = ServingChoice(ranker: 0, linear: 0, company: 0.5)
        let keeper = Keeper()
        let whole = try Self.training(settings).train(data, keeper: keeper)
        #expect(Set(whole.curves.points.map(\.phase)) == ["two-tower"] && keeper.kept.count > 1)
        for (place, bytes) in keeper.kept.enumerated() {
            var epochs = 0
            let resumed = try Self.training(settings).train(data, resuming: try TrainingCheckpoint(decoding: bytes)) {
                epochs += $0.endsEpoch ? 1 : 0
                return true
            }
            #expect(Self.areSame(resumed, whole))
            // One was kept after each epoch, and one at the end.
            #expect(epochs == max(0, keeper.kept.count - 2 - place))
        }
    }

    /// A training that is killed again and again, whenever it has made some checkpoints.
    @Test func ifKilledAgainAndAgainItEndsTheSame() throws {
        let data = Self.data()
        let whole = try Self.training(Self.settings).train(data)
        var kept: [UInt8]?
        var attempts = 0
        var models: TrainedModels?
        while models == nil, attempts < 20 {
            attempts += 1
            let keeper = Keeper()
            models = try? Self.training(Self.settings).train(
                data, resuming: try kept.map { try TrainingCheckpoint(decoding: $0) }, keeper: keeper
            ) { _ in keeper.kept.count < 3 }
            if let last = keeper.kept.last { kept = last }
        }
        #expect(attempts > 4)
        #expect(Self.areSame(try #require(models), whole))
    }

    @Test func whatAnInterruptedTrainingKeptIsWhatAWholeOneKeeps() {
        let whole = Self.checkpoints()
        let isSame = Self.checkpoints(stoppedAfter: 2) == Array(whole.prefix(2))
        #expect(isSame)
    }

    @Test(arguments: RecallMethod.allCases) func withoutValidationItIsResumedToo(_ recall: RecallMethod) throws {
        var data = Self.data()
        data.validation = []
        var settings = Self.settings
        settings.recall = recall
        let keeper = Keeper()
        let whole = try Self.training(settings).train(data, keeper: keeper)
        for bytes in keeper.kept {
            let checkpoint = try TrainingCheckpoint(decoding: bytes)
            // Each phase ends with other parameters than it began with: what came of one is missed.
            guard checkpoint.place.hasPrefix("after") || checkpoint.place == "two-tower from epoch 2" else { continue }
            let resumed = try Self.training(settings).train(data, resuming: checkpoint)
            #expect(Self.areSame(resumed, whole))
        }
    }

    @Test func damageIsFound() throws {
        // With a finished phase and a running one.
        let bytes = try #require(Self.checkpoints().dropLast(1).last)
        for place in stride(from: 0, to: bytes.count, by: 197) {
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
        others[2].choice = ServingChoice(ranker: 0.5, linear: 0)
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
