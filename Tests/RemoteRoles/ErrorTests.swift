import Contracts
import Deadline
import Domain
import Messages
import RPC
import RandomMessages
import RemoteRoles
import Testing

/// Fails with whatever it is told to.
private struct Failing: RecallService, RankingService, RerankService {
    let error: any Error

    func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch { throw error }

    func similar(to items: [ItemNumber], limit: Int, by deadline: Deadline) async throws -> CandidateBatch {
        throw error
    }

    func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores { throw error }

    func arrange(
        _ candidates: CandidateBatch, scores: [Float], for queries: [RerankQuery], by deadline: Deadline
    ) async throws -> Arrangement { throw error }
}

private struct Surprise: Error, CustomStringConvertible {
    let description = "user 4711 did it"
}

@Suite struct ErrorTests {
    private func error(_ body: () async throws -> some Any) async -> (any Error)? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    private func recall(_ error: any Error) -> RemoteRecall {
        RemoteRecall(Loopback(RecallHandler(Failing(error: error), executor: globalConcurrentExecutor)))
    }

    @Test func theRolesErrorsComeThrough() async {
        for perform in [
            { (recall: RemoteRecall) in try await recall.candidates(for: [], by: .never) },
            { (recall: RemoteRecall) in try await recall.similar(to: [1], limit: 2, by: .never) },
        ] {
            let refused = await error { try await perform(recall(ServiceUnavailable("no model yet"))) }
            #expect((refused as? ServiceUnavailable)?.description == "no model yet")
            #expect(await error { try await perform(recall(DeadlineExceeded())) } is DeadlineExceeded)
            let surprised = await error { try await perform(recall(Surprise())) }
            #expect((surprised as? ServiceUnavailable)?.description.contains("4711") == false)
        }
        let failing = Failing(error: ServiceUnavailable("no model yet"))
        let ranking = RemoteRanking(Loopback(RankingHandler(failing, executor: globalConcurrentExecutor)))
        let rerank = RemoteRerank(Loopback(RerankHandler(failing, executor: globalConcurrentExecutor)))
        #expect(
            await error { try await ranking.scores(of: .init(), for: [], explaining: false, by: .never) }
                is ServiceUnavailable)
        #expect(
            await error { try await rerank.arrange(.init(), scores: [], for: [], by: .never) } is ServiceUnavailable)
    }

    @Test func theWaysErrorsBecomeTheRoles() async {
        func thrown(_ code: RPCError.Code) async -> (any Error)? {
            let remote = RemoteRecall(DeadChannel(error: RPCError(code, "why")))
            return await error { try await remote.candidates(for: [], by: .never) }
        }
        for code in [RPCError.Code.unavailable, .overloaded, .refused, .handshake] {
            #expect((await thrown(code) as? ServiceUnavailable)?.description == "why")
        }
        #expect(await thrown(.deadlineExceeded) is DeadlineExceeded)
        for code in [RPCError.Code.malformed, .unknownMethod, .tooLarge] {
            #expect((await thrown(code) as? RPCError)?.code == code)
        }
    }

    @Test func nothingIsSentAfterTheDeadline() async {
        let remote = RemoteRecall(FixedAnswer(answer: CandidatesMessages.encode(answer: CandidateBatch())))
        let late = Deadline(nanoseconds: 1)
        #expect(await error { try await remote.candidates(for: [], by: late) } is DeadlineExceeded)
    }

    @Test func answersToSomethingElseAreNotTaken() async {
        var batch = CandidateBatch(model: "m")
        batch.endQuery()
        let recall = RemoteRecall(FixedAnswer(answer: CandidatesMessages.encode(answer: batch)))
        #expect(await error { try await recall.candidates(for: [], by: .never) } is RPCError)
        #expect(await error { try await recall.similar(to: [1, 2], limit: 1, by: .never) } is RPCError)
        let ranking = RemoteRanking(FixedAnswer(answer: ScoresMessages.encode(answer: RankedScores(values: [1]))))
        #expect(
            await error { try await ranking.scores(of: .init(), for: [], explaining: false, by: .never) } is RPCError)
        // The second query's choice is the first one's candidate.
        var candidates = CandidateBatch()
        for item: ItemNumber in [1, 2] {
            candidates.append(item, score: 1, source: .popular)
            candidates.endQuery()
        }
        let arrangement = Arrangement(offsets: [0, 1, 2], chosen: [0, 0])
        let rerank = RemoteRerank(FixedAnswer(answer: ArrangeMessages.encode(answer: arrangement)))
        let queries = [RerankQuery](repeating: RerankQuery(count: 1, diversity: 0), count: 2)
        #expect(
            await error { try await rerank.arrange(candidates, scores: [1, 1], for: queries, by: .never) } is RPCError)
        let broken = RemoteRecall(FixedAnswer(answer: [255, 255, 255]))
        let malformed = await error { try await broken.candidates(for: [], by: .never) }
        #expect((malformed as? RPCError)?.code == .malformed)
    }

    @Test func handlersAnswerWhateverComes() async {
        let world = SmallWorld()
        var random = FixedRandom(seed: 41)
        let executor = globalConcurrentExecutor
        let handlers: [(any RPCHandler, [RPCMethod])] = [
            (RecallHandler(world.recall, executor: executor), [.candidates, .similar]),
            (RankingHandler(world.ranking, executor: executor), [.scores]),
            (RerankHandler(world.rerank, executor: executor), [.arrange]),
        ]
        for (handler, methods) in handlers {
            let channel = Loopback(handler)
            let unknown = await error { try await channel.call(RPCMethod(rawValue: 9), [], by: .never) }
            #expect((unknown as? RPCError)?.code == .unknownMethod)
            for method in methods {
                let garbage = await error { try await channel.call(method, [255, 255], by: .never) }
                #expect((garbage as? RPCError)?.code == .malformed)
            }
            for _ in 0..<100 {
                let query = random.query(world)
                let found = try? await world.recall.candidates(for: [query], by: .never)
                let bodies = [
                    CandidatesMessages.encode(request: [query]),
                    SimilarMessages.encode(request: .init(items: [1, 9], limit: 3)),
                    ScoresMessages.encode(request: .init(candidates: found!, users: [query.user], explaining: true)),
                    ArrangeMessages.encode(
                        request: .init(
                            model: "v1", offsets: found!.offsets, items: found!.items, scores: found!.scores,
                            queries: [RerankQuery(count: 5, diversity: 0.3)])),
                ]
                for body in bodies {
                    for method in methods { _ = try? await channel.call(method, random.damaged(body), by: .never) }
                }
            }
        }
    }
}
