import Domain
import Synchronization
import Testing
import Training

/// Answers every case with the same list and keeps the cases it was asked.
private final class Probe: Recommender {
    let name = "probe"
    let list: [ItemNumber]
    let asked = Mutex<[EvaluationCase]>([])

    init(list: [ItemNumber] = []) {
        self.list = list
    }

    func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        asked.withLock { $0 += cases }
        return cases.map { _ in list }
    }
}

@Suite struct EvaluatorTests {
    /// Targets 3, 4 and 5 at places 0, 10 and nowhere of the list.
    @Test func metricsAreThoseComputedByHand() async throws {
        let corpus = TestWorld.corpus([[0, 1, 3], [0, 1, 4], [0, 1, 5]], items: 40)
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let list = [3] + (10..<19).map { ItemNumber($0) } + [4]
        let result = try await Evaluator(corpus: corpus, split: split).evaluate([Probe(list: list)])
        let quality = try #require(result.models.first)
        #expect(result.users == 3 && result.items == 40 && result.cases == 3)
        #expect(abs(quality.recallAt20 - 2.0 / 3) < 1e-12)
        #expect(abs(quality.hitRateAt10 - 1.0 / 3) < 1e-12)
        #expect(abs(quality.ndcgAt10 - 1.0 / 3) < 1e-12)
        // log2(12) = 3.5849625007
        #expect(abs(quality.ndcgAt20 - (1 + 1 / 3.584_962_500_7) / 3) < 1e-9)
        #expect(abs(quality.coverage - 11.0 / 40) < 1e-12)
        // The standard deviation of {1, 1, 0} is √2/3; over √3 users √(2/27).
        #expect(abs(quality.recallAt20StandardError - (2.0 / 27).squareRoot()) < 1e-12)
    }

    @Test func aUsersCasesCountAsOneUser() async throws {
        var lists: [[ItemNumber]] = (0..<2).map { _ in (0..<8).map { ItemNumber($0) } }
        lists[0] += [20, 21]
        lists[1] += [22]
        let corpus = TestWorld.corpus(lists, items: 30)
        let options = SplitOptions(method: .time, testShare: 0.15, validationShare: 0.1)
        let split = Split(of: corpus, options: options)
        #expect(split.testCases.count == 3)
        let result = try await Evaluator(corpus: corpus, split: split).evaluate([Probe(list: [20])])
        // User 0 has two cases, one found; user 1 one, not found.
        #expect(result.models.map(\.recallAt20) == [0.25])
    }

    @Test func diversityIsOneMinusMeanJaccardOfTokens() {
        let tokens = [["a", "b"], ["b", "c"], ["d"]]
        let corpus = TestWorld.corpus([[0, 1, 2]], tokens: { tokens[$0] })
        let measure = DiversityMeasure(of: corpus, split: Split(of: corpus))
        #expect(measure.basis == .attributes)
        #expect(measure.similarity(0, 1) == 1.0 / 3)
        #expect(measure.diversity(of: [0, 1, 2]).map { abs($0 - (1 - 1.0 / 9)) < 1e-12 } == true)
        #expect(measure.diversity(of: [0]) == nil)
    }

    @Test func withoutAttributesDiversityRestsOnTrainingUsers() {
        // Items 0 and 1 share user 0 of the training part; the users' last two items are held out.
        let corpus = TestWorld.corpus([[0, 1, 7, 8], [1, 2, 7, 8]])
        let measure = DiversityMeasure(of: corpus, split: Split(of: corpus, options: SplitOptions(method: .last)))
        #expect(measure.basis == .users)
        #expect(abs(measure.similarity(0, 1) - 1 / 2.0.squareRoot()) < 1e-12)
        #expect(measure.similarity(7, 8) == 0)
    }

    /// What is planted appears in held-out interactions alone, and there for all users: any leak finds it at once.
    @Test(arguments: [SplitOptions.Method.last, .time])
    func nothingHeldOutReachesAModel(method: SplitOptions.Method) async throws {
        let planted: ItemNumber = 99
        let corpus = TestWorld.corpus(
            (0..<60).map { user in (0..<18).map { ItemNumber((user * 5 + $0 * 3) % 90) } + [98, planted] }, items: 100)
        let options = SplitOptions(method: method, testShare: 0.05, validationShare: 0.05)
        let split = Split(of: corpus, options: options)
        #expect(split.testUsers == 60)
        let probe = Probe()
        let result = try await Evaluator(corpus: corpus, split: split).evaluate([
            PopularityRecommender(corpus: corpus, split: split),
            await ItemKNNRecommender(corpus: corpus, split: split), probe,
        ])
        #expect(result.models.map(\.recallAt20) == [0, 0, 0])
        let asked = probe.asked.withLock { $0 }
        #expect(asked.count == 60)
        for question in asked {
            #expect(question.target == planted)
            #expect(question.statistics[planted] == ItemCounters())
            #expect(question.statistics[98] == ItemCounters())
            #expect(!question.state.seen.contains(planted) && !question.liked.contains(planted))
            #expect(question.state.history.last?.item == 98, "the state is not that of just before")
            #expect(question.statistics.now >= question.state.history.last?.timestamp ?? .max)
        }
    }

    /// What trainers are given has nothing of the test part: neither samples nor the questions that training stops by.
    @Test(arguments: [SplitOptions.Method.last, .time])
    func nothingOfTheTestReachesATrainer(method: SplitOptions.Method) throws {
        let planted: ItemNumber = 99
        let corpus = TestWorld.corpus(
            (0..<60).map { user in (0..<18).map { ItemNumber((user * 5 + $0 * 3) % 90) } + [98, planted] }, items: 100)
        let options = SplitOptions(method: method, testShare: 0.05, validationShare: 0.05)
        let data = TrainingData(of: corpus, split: Split(of: corpus, options: options))
        #expect(data.train.count == 60 * 18)
        #expect(data.train.allSatisfy { $0.entry.item < 90 })
        #expect(data.validation.count == 60)
        for question in data.validation {
            #expect(question.target == 98)
            #expect(!question.state.seen.contains(planted) && !question.state.seen.contains(98))
            #expect(question.counted <= data.train.count)
        }
    }

    @Test func statisticsAreThoseOfTheMoment() async throws {
        let corpus = TestWorld.corpus((0..<30).map { user in (0..<6).map { ItemNumber((user + $0 * $0) % 40) } })
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let probe = Probe()
        _ = try await Evaluator(corpus: corpus, split: split, part: .validation).evaluate([probe])
        let asked = probe.asked.withLock { $0 }
        #expect(asked.count == 30)
        for question in asked {
            let total = (0..<40).reduce(0) { $0 + question.statistics[ItemNumber($1)].total }
            let before = corpus.interactions.indices.count {
                split.isTraining($0) && corpus.interactions[$0].entry.timestamp < question.statistics.now
            }
            #expect(Int(total) == before)
        }
    }

    @Test func aReplayIsTheFoldOfStateAndStatistics() {
        var corpus = TestWorld.corpus([[0, 1, 2], [2, 3]])
        corpus.userAttributes[0] = ["country=at"]
        var replay = Replay(of: corpus)
        var state = UserState(attributes: ["country=at"])
        var statistics = ItemStatistics()
        for interaction in corpus.interactions {
            replay.apply(interaction)
            statistics.apply(interaction.entry)
            if interaction.user == 0 { state.apply(interaction.entry, limits: UserState.Limits()) }
        }
        #expect(replay.users[0] == state)
        #expect(replay.statistics.now == statistics.now)
        for item in 0..<4 { #expect(replay.statistics[ItemNumber(item)] == statistics[ItemNumber(item)]) }
    }
}
