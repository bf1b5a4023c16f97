import Contracts
import Deadline
import Domain
import Foundation
import Gateway
import TestSupport
import Testing

/// A stack whose roles can be broken.
private struct Fragile {
    let faults = Faults()
    let running: RunningStack
    let connection: Connection

    /// - Parameter deadline: milliseconds; the default is more than any test takes.
    init(cache: (any GatewayCache)? = nil, deadline: Int = 60_000) async throws {
        running = try await RunningStack { [faults] services in
            var services = faults.applied(to: services)
            if let cache { services.cache = cache }
            services.configuration.deadlineMilliseconds = deadline
            return services
        }
        connection = try running.connect()
    }

    /// An answer, whose rung the header names as well.
    func recommend(_ query: String) throws -> Recommendation {
        let reply = try connection.get("/recommend?\(query)")
        #expect(reply.status == 200)
        let answer = try reply.decoded(Recommendation.self)
        #expect(reply.headers["x-cascade-rung"] == answer.degraded)
        return answer
    }

    func metric(_ series: String) throws -> Double {
        let text = try connection.get("/metrics").text
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(series + " ") }) else { return 0 }
        return Double(line.split(separator: " ").last ?? "") ?? 0
    }
}

/// A recall of another build, which names a source that this one does not know.
private struct ForeignRecall: RecallService {
    let recall: any RecallService

    func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch {
        var batch = try await recall.candidates(for: queries, by: deadline)
        batch.sources = [CandidateSource](repeating: CandidateSource(rawValue: 4), count: batch.sources.count)
        return batch
    }

    func similar(to items: [ItemNumber], limit: Int, by deadline: Deadline) async throws -> CandidateBatch {
        try await recall.similar(to: items, limit: limit, by: deadline)
    }
}

@Suite struct LadderTests {
    private static let seen = Set(PlantedWorld.events.filter { $0.user == "tea-user1" }.flatMap(\.items))

    @Test func candidatesOfSourcesOfOtherBuildsAreServed() async throws {
        let running = try await RunningStack { services in
            var services = services
            services.recall = ForeignRecall(recall: services.recall)
            return services
        }
        let answer = try running.connect().recommend("user=tea-user1&n=10&explain=1")
        #expect(answer.degraded == "fresh" && answer.items.count == 10)
        #expect(answer.items.allSatisfy { $0.source == "other" })
    }

    @Test func everyStageCostsItsOwnRung() async throws {
        let fragile = try await Fragile()
        let whole = try fragile.recommend("user=tea-user1&n=10&diversity=0")
        #expect(whole.degraded == "fresh" && whole.items.count == 10)
        let rungs: [(broken: [Faults.Role], user: String, rung: String)] = [
            ([.rerank], "tea-user1", "not-reranked"), ([.ranking], "tea-user1", "unranked"),
            ([.ranking, .rerank], "tea-user1", "unranked"), ([.recall], "tea-user1", "popular-segment"),
            ([.recall, .ranking, .rerank], "tea-user1", "popular-segment"), ([.recall], "nobody", "popular"),
            ([.users], "tea-user1", "popular"), ([.users, .recall], "tea-user1", "popular"), ([], "tea-user1", "fresh"),
            ([.rerank], "nobody", "not-reranked"), ([], "nobody", "fresh"),
        ]
        for (broken, user, rung) in rungs {
            for role in broken { fragile.faults.set(role, .broken) }
            let answer = try fragile.recommend("user=\(user)&n=10&exclude=tea9")
            #expect(answer.degraded == rung, "\(broken)")
            #expect(answer.items.count == 10 && Set(answer.ids).count == 10, "\(broken)")
            #expect(!answer.ids.contains("tea9"))
            if user == "tea-user1", !broken.contains(.users) { #expect(Self.seen.isDisjoint(with: answer.ids)) }
            fragile.faults.repair()
        }
        #expect(try fragile.metric(#"cascade_stage_failures_total{stage="recall",cause="error"}"#) >= 1)
        #expect(try fragile.metric(#"cascade_answers_total{rung="not-reranked"}"#) >= 1)
    }

    @Test func withoutRerankTheBestByScoreComeFirst() async throws {
        let fragile = try await Fragile()
        let whole = try fragile.recommend("user=tea-user1&n=10&diversity=0")
        fragile.faults.set(.rerank, .broken)
        let answer = try fragile.recommend("user=tea-user1&n=10&diversity=0.9")
        #expect(answer.ids == whole.ids && answer.model == whole.model)
        #expect(zip(answer.items, answer.items.dropFirst()).allSatisfy { $0.score >= $1.score })
    }

    @Test func withoutRankingRecallsOrderStands() async throws {
        let fragile = try await Fragile()
        fragile.faults.set(.ranking, .broken)
        let answer = try fragile.recommend("user=tea-user1&n=10&diversity=0&explain=1")
        #expect(answer.items.map { $0.explain?.recall_rank } == Array(1...10))
        fragile.faults.set(.rerank, .broken)
        #expect(try fragile.recommend("user=tea-user1&n=10&diversity=0").ids == answer.ids)
        // A stranger's candidates come from two lists whose scores cannot be compared: their order stands all the same.
        let stranger = try fragile.recommend("user=nobody&n=10&explain=1")
        #expect(stranger.items.map { $0.explain?.recall_rank } == Array(1...10))
    }

    @Test func withoutRecallTheSegmentComesFirst() async throws {
        let fragile = try await Fragile()
        fragile.faults.set(.recall, .broken)
        let teas = PlantedWorld.items.count { $0.categories.contains("tea") } - Self.seen.count
        let answer = try fragile.recommend("user=tea-user1&n=200&explain=1")
        #expect(answer.ids.prefix(teas).allSatisfy { $0.hasPrefix("tea") })
        #expect(Set(answer.ids) == Set(PlantedWorld.items.map(\.id)).subtracting(Self.seen))
        #expect(answer.items.allSatisfy { $0.source == "popular" && $0.reason != nil })
        let category = try fragile.recommend("user=tea-user1&n=200&category=bike-2")
        #expect(category.items.count == 10 && category.ids.allSatisfy { $0.hasPrefix("bike") })
        #expect(category.degraded == "popular")
        let first = try fragile.recommend("user=tea-user1&n=10")
        let second = try fragile.recommend("user=tea-user1&n=10&cursor=\(first.next ?? "")")
        #expect(Set(first.ids).isDisjoint(with: second.ids) && second.items.count == 10)
    }

    @Test(arguments: Faults.Role.allCases) func aStageThatDoesNotAnswerCostsItsRungAlone(role: Faults.Role) async throws
    {
        let fragile = try await Fragile(deadline: 5000)
        fragile.faults.set(role, .silent)
        let rungs: [Faults.Role: String] = [
            .users: "popular", .recall: "popular-segment", .ranking: "unranked", .rerank: "not-reranked",
        ]
        #expect(try fragile.recommend("user=tea-user1").degraded == rungs[role])
        #expect(try fragile.metric("cascade_stage_failures_total{stage=\"\(role)\",cause=\"timeout\"}") == 1)
        fragile.faults.repair()
        #expect(try fragile.recommend("user=tea-user1").degraded == "fresh")
    }

    @Test(arguments: Faults.Role.allCases) func aStageThatIgnoresItsDeadlineDoesNotHoldUpTheAnswer(
        role: Faults.Role
    ) async throws {
        let fragile = try await Fragile(deadline: 1000)
        fragile.faults.set(role, .hanging)
        let answer = try fragile.recommend("user=tea-user1")
        #expect(answer.degraded == (role == .users ? "popular" : "popular-segment"))
        #expect(answer.items.count == 20)
        #expect(try fragile.metric(#"cascade_deadline_misses_total{what="stage"}"#) == 1)
        fragile.faults.repair()
        await eventually { (try? fragile.recommend("user=tea-user1").degraded) == "fresh" }
    }

    @Test func similarItemsFallBackToTheItemsCategories() async throws {
        let fragile = try await Fragile(deadline: 3000)
        #expect(try fragile.connection.get("/similar?item=tea1").headers["x-cascade-rung"] == "fresh")
        for fault in [Fault.broken, .silent, .hanging] {
            fragile.faults.set(.recall, fault)
            let reply = try fragile.connection.get("/similar?item=tea1&n=5")
            let list = try reply.decoded(ItemList.self)
            #expect(reply.headers["x-cascade-rung"] == "popular-segment")
            #expect(list.items.count == 5 && list.items.allSatisfy { $0.source == "popular" && $0.id != "tea1" })
            #expect(list.ids.allSatisfy { $0.hasPrefix("tea") })
            #expect(!list.model.isEmpty)
        }
        fragile.faults.repair()
        #expect(try fragile.connection.get("/popular").headers["x-cascade-rung"] == "fresh")
    }

    @Test func aUserWhoseRowCannotBeHadIsNotCalledUnknown() async throws {
        let fragile = try await Fragile()
        fragile.faults.set(.users, .broken)
        let reply = try fragile.connection.get("/users/tea-user1")
        #expect(reply.status == 503 && reply.problem == "unavailable" && reply.headers["retry-after"] != nil)
        fragile.faults.repair()
        #expect(try fragile.connection.get("/users/tea-user1").status == 200)
    }
}

@Suite struct LadderCacheTests {
    @Test func anAnswerIsMadeOnceForOneState() async throws {
        let cache = MemoryCache()
        let fragile = try await Fragile(cache: cache)
        let first = try fragile.recommend("user=tea-user1&n=10&exclude=tea9,tea8")
        let calls = fragile.faults.calls(.recall)
        let second = try fragile.recommend("user=tea-user1&n=10&exclude=tea8,tea9")
        #expect(second.ids == first.ids && second.items.map(\.score) == first.items.map(\.score))
        #expect(second.items.map(\.source) == first.items.map(\.source) && second.next == first.next)
        #expect(second.degraded == "fresh" && second.model == first.model && second.request_id != first.request_id)
        #expect(fragile.faults.calls(.recall) == calls)
        // Other parameters, an explanation, another page, a new event: each is another answer.
        for query in ["n=11", "n=10&diversity=0.5", "n=10&category=tea", "n=10&explain=1", "n=10&exclude=tea7"] {
            let before = fragile.faults.calls(.recall)
            _ = try fragile.recommend("user=tea-user1&\(query)")
            #expect(fragile.faults.calls(.recall) == before + 1, "\(query)")
        }
        try fragile.connection.click("tea-user1", first.ids[0])
        let third = try fragile.recommend("user=tea-user1&n=10&exclude=tea8,tea9")
        #expect(!third.ids.contains(first.ids[0]) && third.degraded == "fresh")
        #expect(try fragile.metric(#"cascade_result_cache_total{outcome="hit"}"#) == 1)
        #expect(try fragile.metric(#"cascade_result_cache_total{outcome="bypass"}"#) == 1)
    }

    @Test func aListThatLostAnItemIsMadeAnew() async throws {
        let fragile = try await Fragile(cache: MemoryCache())
        let first = try fragile.recommend("user=tea-user1&n=10")
        #expect(try fragile.connection.delete("/items/\(first.ids[3])").status == 204)
        let calls = fragile.faults.calls(.recall)
        let second = try fragile.recommend("user=tea-user1&n=10")
        #expect(fragile.faults.calls(.recall) == calls + 1)
        #expect(second.items.count == 10 && !second.ids.contains(first.ids[3]) && second.degraded == "fresh")
    }

    @Test func withoutUserFeaturesTheRowOfTheCacheAnswers() async throws {
        let fragile = try await Fragile(cache: MemoryCache())
        let fresh = try fragile.recommend("user=tea-user1&n=10")
        fragile.faults.set(.users, .broken)
        // The answer that was made of the same row, and one that has to be made.
        let same = try fragile.recommend("user=tea-user1&n=10")
        #expect(same.degraded == "cached-features" && same.ids == fresh.ids)
        let other = try fragile.recommend("user=tea-user1&n=11")
        #expect(other.degraded == "cached-features" && other.items.count == 11)
        #expect(try fragile.recommend("user=tea-user2&n=10").degraded == "popular")
        let sheet = try fragile.connection.get("/users/tea-user1")
        #expect(sheet.status == 200 && sheet.headers["x-cascade-rung"] == "cached-features")
        fragile.faults.set(.ranking, .broken)
        #expect(try fragile.recommend("user=tea-user1&n=12").degraded == "unranked")
        fragile.faults.repair()
        #expect(try fragile.recommend("user=tea-user1&n=12").degraded == "fresh")
    }

    @Test func withoutRowAndRecallTheLastListAnswers() async throws {
        let cache = MemoryCache()
        let fragile = try await Fragile(cache: cache)
        let fresh = try fragile.recommend("user=tea-user1&n=10")
        fragile.faults.set(.recall, .broken)
        // The exact answer is there: recall is not missed.
        #expect(try fragile.recommend("user=tea-user1&n=10").degraded == "fresh")
        try fragile.connection.click("tea-user1", fresh.ids[2])
        #expect(try fragile.connection.delete("/items/\(fresh.ids[4])").status == 204)
        let gone = Set([fresh.ids[2], fresh.ids[4]])
        let last = try fragile.recommend("user=tea-user1&n=10")
        #expect(last.degraded == "cached-list")
        #expect(Array(last.ids.prefix(8)) == fresh.ids.filter { !gone.contains($0) })
        #expect(last.items.count == 10 && gone.isDisjoint(with: last.ids) && Set(last.ids).count == 10)
        #expect(last.items.suffix(2).allSatisfy { $0.source == "popular" && $0.id.hasPrefix("tea") })
        #expect(last.items[0].source == fresh.items[0].source)
        // Neither owner nor cache has the row.
        cache.dropUsers()
        fragile.faults.set(.users, .broken)
        #expect(try fragile.recommend("user=tea-user1&n=10").degraded == "cached-list")
        #expect(try fragile.recommend("user=tea-user1&n=9").degraded == "popular")
    }

    @Test func answersOfLowerRungsAreNotKept() async throws {
        let cache = MemoryCache()
        let fragile = try await Fragile(cache: cache)
        for role in [Faults.Role.recall, .ranking, .rerank, .users] {
            fragile.faults.set(role, .broken)
            _ = try fragile.recommend("user=tea-user1")
            fragile.faults.repair()
        }
        #expect(cache.listCount == 0)
        #expect(try fragile.recommend("user=tea-user1").degraded == "fresh")
        #expect(cache.listCount == 1)
    }

    @Test func aGatewayThatDoesNotKnowTheModelLearnsItFromAnswers() async throws {
        let faults = Faults()
        let running = try await RunningStack { services in
            var services = faults.applied(to: services)
            services.cache = MemoryCache()
            services.model = { nil }
            return services
        }
        let connection = try running.connect()
        let first = try connection.recommend("user=tea-user1")
        let calls = faults.calls(.recall)
        #expect(try connection.recommend("user=tea-user1").ids == first.ids)
        #expect(faults.calls(.recall) == calls)
        #expect(try connection.list("/popular").model == first.model)
    }

    @Test func whoIsErasedIsForgotten() async throws {
        let cache = MemoryCache()
        let fragile = try await Fragile(cache: cache)
        _ = try fragile.recommend("user=tea-user1")
        #expect(cache.hasUser("tea-user1"))
        #expect(try fragile.connection.delete("/users/tea-user1").status == 204)
        #expect(!cache.hasUser("tea-user1") && cache.listCount == 0)
        fragile.faults.set(.users, .broken)
        #expect(try fragile.recommend("user=tea-user1").degraded == "popular")
        fragile.faults.repair()
        #expect(try fragile.recommend("user=tea-user1").degraded == "fresh")
        #expect(try fragile.connection.delete("/users/tea-user1").problem == "unknown-user")
        #expect(!cache.hasUser("tea-user1"))
    }

    @Test func whatIsPopularIsKeptForThoseWithoutACatalogue() async throws {
        let cache = MemoryCache()
        let fragile = try await Fragile(cache: cache)
        await eventually { !cache.popular("tea").isEmpty }
        #expect(cache.popular(nil).count == PlantedWorld.items.count)
        let popular = try fragile.connection.list("/popular?n=5")
        let bare = try await RunningStack { services in
            var services = services
            services.cache = cache
            services.items = NoItems()
            services.hasCatalogue = { false }
            services.missing = { "The catalogue has not been read yet." }
            return services
        }
        let connection = try bare.connect()
        let answer = try connection.recommend("user=tea-user1&n=5")
        #expect(answer.degraded == "popular" && answer.ids == popular.ids && answer.next == nil)
        #expect(answer.items.map(\.title) == popular.items.map(\.title))
        #expect(try connection.recommend("user=tea-user1&category=tea").ids.allSatisfy { $0.hasPrefix("tea") })
        let kept = try connection.get("/popular?n=5")
        #expect(try kept.decoded(ItemList.self).ids == popular.ids && kept.headers["x-cascade-rung"] == "popular")
        for target in ["/similar?item=tea1", "/latest", "/items/tea1", "/readyz", "/popular?category=boats"] {
            let reply = try connection.get(target)
            #expect(
                reply.status == 503 && reply.problem == "not-ready" && reply.headers["retry-after"] != nil, "\(target)")
        }
        // Nobody can say that there is no such item.
        #expect(try connection.click("tea-user1", "an-item").accepted == 1)
    }
}
