import Testing

@testable import Training

@Suite struct NextItemRankingTests {
    private static let items = 40

    /// Users walk through their own half of the items in steps of one, from anywhere; `repeating` go back to their first item
    /// at the end.
    private func walks(_ count: Int, length: Int, repeating: Bool) -> [[Int32]] {
        var random = RandomSource(seed: 11)
        return (0..<count).map { user in
            let (half, start) = (user % 2 * 20, random.below(20))
            let walk = (0..<length).map { Int32(half + (start + $0) % 20) }
            return repeating ? walk + [walk[0]] : walk
        }
    }

    private func ranking(_ histories: [[Int32]]) throws -> NextItemRanking {
        var settings = GraphTowerSettings(users: histories.count)
        settings.dimensions = 8
        settings.epochs = 2
        settings.threads = 1
        let graph = InteractionGraph(itemCount: Self.items, itemsByUser: histories)
        let towers = try GraphTowerTrainer(graph: graph, settings: settings).train()
        return NextItemRanking(
            SequenceSources(
                histories: histories, itemCount: Self.items, towers: towers,
                allowsRepeats: SequenceSources.hasRepeats(histories)), threads: 2)
    }

    @Test func learnsTheOrder() throws {
        let walks = walks(200, length: 7, repeating: false)
        let ranker = try ranking(walks.map { Array($0.dropLast(2)) }).learn(walks.map { $0[5] }, seed: 1)
        let figures = try ranking(walks.map { Array($0.dropLast()) }).measure(ranker, on: walks.map(\.last))
        // What follows is always the same: the re-ranked list has it in front; company does not tell which side.
        #expect(figures[3].ndcg > 0.95)
        #expect(figures[3].hitRate > 0.99)
        #expect(figures[1].ndcg < 0.9)
        #expect(figures[0].hitRate < 0.6)
    }

    @Test func comesBackWhereUsersDo() throws {
        // Everybody has gone back to their first item once, in what is learnt from, and does so again.
        let walks = walks(200, length: 5, repeating: true).map { $0 + [$0[0]] }
        #expect(SequenceSources.hasRepeats(walks.map { Array($0.dropLast()) }))
        let histories = walks.map { Array($0.dropLast()) }
        let ranking = try ranking(histories)
        let figures = ranking.measure(ranking.learn(walks.map(\.last), seed: 1), on: walks.map(\.last))
        #expect(figures[3].ndcg > 0.95)
    }

    @Test func leavesOwnItemsOutWhereNobodyComesBack() throws {
        let walks = walks(100, length: 6, repeating: false)
        #expect(!SequenceSources.hasRepeats(walks))
        let ranking = try ranking(walks)
        let ranker = ranking.learn(walks.map { _ in nil }, seed: 1)
        // The first item of the own history is never found, by no model.
        for quality in ranking.measure(ranker, on: walks.map(\.first)) { #expect(quality == .init()) }
    }

    @Test func aUserAloneIsMeasured() throws {
        let ranking = try ranking([[0, 1, 2]])
        let figures = ranking.measure(ranking.learn([nil], seed: 1), on: [3])
        #expect(figures.count == 4)
        #expect(figures.allSatisfy { $0.hitRate.isFinite && $0.ndcg.isFinite })
    }
}
