import Contracts
import Deadline
import Domain
import RandomMessages
import RemoteRoles
import Testing

/// Each process follows the catalogue and the models by itself: one may be behind another.
@Suite struct BehindTests {
    private let ahead = SmallWorld()
    private let behind = SmallWorld(items: 100)

    @Test func itemsThatRankingDoesNotKnowAreTheLeast() async throws {
        var random = FixedRandom(seed: 31)
        for _ in 0..<20 {
            let queries = random.list(1...5) { $0.query(ahead) }
            let users = queries.map(\.user)
            let found = try await ahead.recall.candidates(for: queries, by: .never)
            let scores = try await behind.ranking.scores(of: found, for: users, explaining: false, by: .never).values
            #expect(scores.count == found.items.count && scores.allSatisfy(\.isFinite))
            var known = CandidateBatch(model: found.model, dimensions: found.dimensions, userVectors: found.userVectors)
            for query in 0..<found.count {
                for place in found.range(of: query) where found.items[place] < 100 {
                    known.append(found.items[place], score: found.scores[place], source: found.sources[place])
                }
                known.endQuery()
            }
            let expected = try await behind.ranking.scores(of: known, for: users, explaining: false, by: .never).values
            for query in 0..<found.count {
                let range = found.range(of: query)
                let own = range.filter { found.items[$0] < 100 }.map { scores[$0] }
                #expect(own == Array(expected[known.range(of: query)]))
                let others = range.filter { found.items[$0] >= 100 }.map { scores[$0] }
                #expect(others.allSatisfy { $0 == own.min() ?? 0 })
            }
            let arrangement = try await behind.rerank.arrange(
                found, scores: scores, for: queries.map { _ in RerankQuery(count: 10, diversity: 0.5) }, by: .never)
            for query in 0..<found.count {
                let chosen = arrangement.chosen[arrangement.range(of: query)]
                #expect(chosen.count == min(10, found.range(of: query).count))
                #expect(Set(chosen).count == chosen.count && chosen.allSatisfy(found.range(of: query).contains))
            }
        }
    }

    @Test func aProcessWithoutItemsOrModelRefusesOrAnswersWithNothing() async throws {
        let empty = SmallWorld(items: 0)
        var random = FixedRandom(seed: 32)
        let queries = random.list(2...5) { $0.query(ahead) }
        let found = try await ahead.recall.candidates(for: queries, by: .never)
        let scores = try await empty.ranking.scores(
            of: found, for: queries.map(\.user), explaining: true, by: .never)
        #expect(scores.values.allSatisfy { $0 == 0 })
        let none = try await empty.recall.candidates(for: queries, by: .never)
        #expect(none.count == queries.count && none.items.isEmpty)
        #expect(try await empty.recall.similar(to: [5, .max], limit: 9, by: .never).items.isEmpty)
    }

    @Test func candidatesOfAModelThatIsNotThereAreRefused() async throws {
        let newer = SmallWorld(version: "v2")
        var random = FixedRandom(seed: 33)
        let queries = random.list(1...5) { $0.query(newer) }
        let found = try await newer.recall.candidates(for: queries, by: .never)
        let ranking = RemoteRanking(Loopback(RankingHandler(ahead.ranking, executor: globalConcurrentExecutor)))
        let rerank = RemoteRerank(Loopback(RerankHandler(ahead.rerank, executor: globalConcurrentExecutor)))
        await #expect(throws: ServiceUnavailable.self) {
            try await ranking.scores(of: found, for: queries.map(\.user), explaining: false, by: .never)
        }
        await #expect(throws: ServiceUnavailable.self) {
            try await rerank.arrange(
                found, scores: found.scores, for: queries.map { _ in RerankQuery(count: 5, diversity: 0) }, by: .never)
        }
    }
}
