import Contracts
import Deadline
import Domain
import RandomMessages
import RemoteRoles
import Synchronization
import Testing

/// What a role answers elsewhere is what it answers here, to the bit.
@Suite struct EqualityTests {
    private let world = SmallWorld()

    @Test(arguments: [false, true]) func theWholeCascadeAnswersTheSame(isOrderless: Bool) async throws {
        let world = SmallWorld(isOrderless: isOrderless)
        var random = FixedRandom(seed: 21)
        let recall = RemoteRecall(Loopback(RecallHandler(world.recall, executor: globalConcurrentExecutor)))
        let ranking = RemoteRanking(Loopback(RankingHandler(world.ranking, executor: globalConcurrentExecutor)))
        let rerank = RemoteRerank(Loopback(RerankHandler(world.rerank, executor: globalConcurrentExecutor)))
        var (items, linked) = (0, 0)
        for _ in 0..<20 {
            let queries = random.list(1...9) { $0.query(world, history: 20) }
            let found = try await recall.candidates(for: queries, by: .never)
            #expect(words(found) == words(try await world.recall.candidates(for: queries, by: .never)))
            items += found.items.count
            let users = queries.map(\.user)
            for explaining in [false, true] {
                let scores = try await ranking.scores(of: found, for: users, explaining: explaining, by: .never)
                let local = try await world.ranking.scores(of: found, for: users, explaining: explaining, by: .never)
                #expect(words(scores) == words(local))
                #expect((scores.features != nil) == explaining)
                if let features = scores.features {
                    let company = (isOrderless ? RankingFeature.companyLong : .companyRecent).rawValue
                    linked += stride(from: company, to: features.values.count, by: features.names.count).count {
                        features.values[$0] > 0
                    }
                }
            }
            let scores = try await ranking.scores(of: found, for: users, explaining: false, by: .never).values
            let wanted = queries.map { _ in
                RerankQuery(count: random.number(1...30), diversity: random.flag() ? random.float(0...1) : nil)
            }
            let arrangement = try await rerank.arrange(found, scores: scores, for: wanted, by: .never)
            let local = try await world.rerank.arrange(found, scores: scores, for: wanted, by: .never)
            #expect(words(arrangement) == words(local))
            let shown = random.list(1...5) { ItemNumber($0.number(0...SmallWorld.items + 5)) }
            #expect(
                words(try await recall.similar(to: shown, limit: 20, by: .never))
                    == words(try await world.recall.similar(to: shown, limit: 20, by: .never)))
        }
        #expect(items > 500 && linked > 0)
    }

    /// Nobody has an item of a category without items: nothing is scored, and that is explained as well.
    @Test(arguments: [false, true]) func noCandidatesGetNoScores(explaining: Bool) async throws {
        let ranking = RemoteRanking(Loopback(RankingHandler(world.ranking, executor: globalConcurrentExecutor)))
        let query = RecallQuery(user: UserState(), limit: 10, category: "c3", excluded: [])
        let found = try await world.recall.candidates(for: [query, query], by: .never)
        #expect(found.count == 2 && found.items.isEmpty)
        let users = [query.user, query.user]
        let scores = try await ranking.scores(of: found, for: users, explaining: explaining, by: .never)
        #expect(scores.values.isEmpty && (scores.features != nil) == explaining)
    }

    @Test func callsOfOneTurnAreOneBatchAndEachGetsItsOwn() async throws {
        var random = FixedRandom(seed: 22)
        let (role, alone) = (PureRole(), PureRole())
        let recall = RemoteRecall(Loopback(RecallHandler(role, executor: globalConcurrentExecutor), callsPerTurn: 5))
        let batches = (0..<5).map { _ in random.list(1...4) { $0.query(world) } }
        let found = try await atOnce(batches) { try await recall.candidates(for: $0, by: .never) }
        #expect(role.calls.load(ordering: .relaxed) == 1)
        for (queries, batch) in zip(batches, found) {
            #expect(words(batch) == words(try await alone.candidates(for: queries, by: .never)))
        }

        // Two of them want an explanation: those are a batch of their own.
        let ranking = RemoteRanking(
            Loopback(RankingHandler(role, executor: globalConcurrentExecutor), callsPerTurn: 5))
        let calls = Array(zip(batches, found).enumerated())
        let scores = try await atOnce(calls) { call in
            try await ranking.scores(
                of: call.element.1, for: call.element.0.map(\.user), explaining: call.offset < 2, by: .never)
        }
        #expect(role.calls.load(ordering: .relaxed) == 3)
        for (call, own) in zip(calls, scores) {
            let local = try await alone.scores(
                of: call.element.1, for: call.element.0.map(\.user), explaining: call.offset < 2, by: .never)
            #expect(words(own) == words(local))
        }
    }

    @Test func aTurnOfManyQueriesIsSeveralBatches() async throws {
        var random = FixedRandom(seed: 23)
        let role = PureRole()
        let recall = RemoteRecall(Loopback(RecallHandler(role, executor: globalConcurrentExecutor), callsPerTurn: 9))
        let batches = (0..<9).map { _ in (0..<20).map { _ in random.query(world) } }
        let found = try await atOnce(batches) { try await recall.candidates(for: $0, by: .never) }
        // Three calls of 20 queries fit a batch of 64.
        #expect(role.calls.load(ordering: .relaxed) == 3)
        #expect(found.allSatisfy { $0.count == 20 })
    }
}
