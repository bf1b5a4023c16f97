import Domain
import Testing
import Training

@Suite struct BaselineTests {
    private func lists(
        _ recommender: some Recommender, _ corpus: Corpus, _ split: Split, count: Int = 20
    ) async throws -> [[ItemNumber]] {
        var lists: [[ItemNumber]] = []
        for batch in EvaluationCases(of: corpus, split: split, part: .test) {
            lists += try await recommender.recommend(for: batch, count: count)
        }
        return lists
    }

    @Test func popularityCountsUsersAndDropsSeenAndHiddenItems() async throws {
        // Training: 0 by three users, 1 by two, 2 and 3 by one each; the last two of each list are held out.
        var corpus = TestWorld.corpus([[0, 1, 4, 5], [0, 1, 4, 5], [0, 2, 3, 4, 5]], items: 7)
        corpus.items[6].isHidden = true
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let found = try await lists(PopularityRecommender(corpus: corpus, split: split), corpus, split)
        #expect(found == [[2, 3, 5], [2, 3, 5], [1, 5]])
    }

    @Test func itemKNNSumsCosinesOverTheHistory() async throws {
        // Training users of 0: {0, 1, 2}; of 1: {0, 1}; of 2: {1, 2}; of 3: {2}; the asked user 3 took 1.
        let corpus = TestWorld.corpus([[0, 1], [0, 1, 2], [0, 2, 3], [1, 8, 9]], items: 10)
        let split = Split(of: corpus, options: SplitOptions(method: .last, targets: .newItems))
        // Users 1 and 2 have three targets as well: what is left in training is [0, 1], [0], [0] and [1].
        #expect(split.testUsers == 3)
        let recommender = await ItemKNNRecommender(corpus: corpus, split: split)
        let found = try await lists(recommender, corpus, split)
        // cos(0, 1) = 1/√(3 · 2) is the only pair; user 1 has seen both, user 2 gets 1, user 3 gets 0.
        #expect(found == [[], [1], [0]])
    }

    @Test func itemKNNRanksByHandComputedScores() async throws {
        let helpers: [[ItemNumber]] = [[0, 1], [0, 1], [0, 2], [3, 2], [3, 4], [3, 4], [3, 4]]
        // cos(0,1) = 2/√(4·2), cos(0,2) = 1/√(4·2), cos(3,2) = 1/√(5·2), cos(3,4) = 3/√(5·3): the asked user, who took
        // 0 and 3, scores 4 at 0.775, 1 at 0.707 and 2 at 0.354 + 0.316 = 0.670.
        let corpus = TestWorld.corpus(helpers + [[0, 3, 8, 9]], items: 10)
        let split = Split(of: corpus, options: SplitOptions(method: .last))
        let found = try await lists(await ItemKNNRecommender(corpus: corpus, split: split), corpus, split)
        #expect(found == [[4, 1, 2]])
        let first = try await lists(await ItemKNNRecommender(corpus: corpus, split: split), corpus, split, count: 2)
        #expect(first == [[4, 1]])
    }

    /// The figures in the data's README: .0385/.0180 and .0771/.0393.
    @Test func lastFMGivesThePublishedFigures() async throws {
        guard let corpus = SharedData.sequences("sequences/LastFM.txt") else { return }
        let split = Split(of: corpus, options: SplitOptions(method: .automatic))
        let result = try await Evaluator(corpus: corpus, split: split).evaluate([
            PopularityRecommender(corpus: corpus, split: split), await ItemKNNRecommender(corpus: corpus, split: split),
        ])
        #expect(result.users == 1090)
        #expect(abs(result.models[0].hitRateAt10 - 0.0385) < 0.0005)
        #expect(abs(result.models[0].ndcgAt10 - 0.0180) < 0.0005)
        #expect(abs(result.models[1].hitRateAt10 - 0.0771) < 0.003)
        #expect(abs(result.models[1].ndcgAt10 - 0.0393) < 0.001)
    }
}
