import Contracts
import Deadline
import Domain
import Gateway
import ItemFeatures
import Stack
import Synchronization
import Testing

/// A ranking that can be told to fail.
private final class FragileRanking: RankingService {
    struct Broken: Error {}

    private let whole: any RankingService
    private let broken = Mutex(false)

    init(_ whole: any RankingService) { self.whole = whole }

    func set(broken isBroken: Bool) { broken.withLock { $0 = isBroken } }

    func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores {
        if broken.withLock({ $0 }) { throw Broken() }
        return try await whole.scores(of: candidates, for: users, explaining: explaining, by: deadline)
    }
}

@Suite struct DegradationTests {
    @Test func aStageThatFailsCostsQualityAlone() async throws {
        let made = Mutex<FragileRanking?>(nil)
        let running = try await RunningStack { services in
            let ranking = FragileRanking(services.ranking)
            made.withLock { $0 = ranking }
            var changed = services
            changed.ranking = ranking
            return changed
        }
        let ranking = try #require(made.withLock { $0 })
        let connection = try running.connect()
        #expect(try connection.recommend("user=tea-user1").degraded == "fresh")
        ranking.set(broken: true)
        let seen = Set(PlantedWorld.events.filter { $0.user == "tea-user1" }.flatMap(\.items))
        let answer = try connection.recommend("user=tea-user1&n=200&exclude=tea9,bike2&explain=1")
        #expect(answer.degraded == "unranked")
        #expect(answer.items.allSatisfy { $0.source == "two-tower" && $0.reason != nil && !$0.title.isEmpty })
        #expect(answer.items.allSatisfy { $0.explain?.features == nil && $0.explain?.recall_score == $0.score })
        #expect(Set(answer.ids) == Set(PlantedWorld.items.map(\.id)).subtracting(seen).subtracting(["tea9", "bike2"]))
        let category = try connection.recommend("user=tea-user1&n=200&category=bike-2")
        #expect(category.items.count == 10 && category.ids.allSatisfy { $0.hasPrefix("bike") })
        #expect(try connection.recommend("user=tea-user1&category=boats").items.isEmpty)
        let first = try connection.recommend("user=tea-user1&n=10")
        let second = try connection.recommend("user=tea-user1&n=10&cursor=\(first.next ?? "")")
        #expect(Set(first.ids).isDisjoint(with: second.ids) && second.items.count == 10)
        #expect(try connection.get("/metrics").text.contains(#"cascade_answers_total{rung="unranked"}"#))
        ranking.set(broken: false)
        #expect(try connection.recommend("user=tea-user1").degraded == "fresh")
    }

    @Test func withoutAModelThereArePopularItems() async throws {
        let running = try await RunningStack(isPlanted: false)
        let connection = try running.connect()
        let empty = try connection.recommend("user=u")
        #expect(empty.degraded == "popular" && empty.items.isEmpty && empty.next == nil)
        #expect(try connection.list("/popular").items.isEmpty)
        for item in ["a", "b", "c"] { #expect(try connection.put("/items/\(item)", "{}").status == 201) }
        for user in ["v", "w"] { try connection.click(user, "b") }
        try connection.click("u", "c")
        #expect(try Set(connection.recommend("user=u").ids) == ["a", "b"])
        let similar = try connection.get("/similar?item=a")
        #expect(similar.headers["x-cascade-rung"] == "popular")
        #expect(try Set(similar.decoded(ItemList.self).ids) == ["b", "c"])
        #expect(try await running.stack.items.flush())
        #expect(try connection.list("/popular").ids == ["b", "c", "a"])
    }
}
