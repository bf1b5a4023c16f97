import Configuration
import Domain
import Foundation
import ModelHost
import Stack
import Testing

@Suite struct RecommendTests {
    @Test func answersHaveTheShapeOfTheDesign() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        let reply = try connection.get("/recommend?user=tea-user1&n=5")
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "application/json")
        let object = try #require(try JSONSerialization.jsonObject(with: reply.body) as? [String: Any])
        #expect(
            Set(object.keys)
                == ["request_id", "user", "model", "variant", "degraded", "took_ms", "items", "next"])
        let first = try #require((object["items"] as? [[String: Any]])?.first)
        #expect(Set(first.keys).isSuperset(of: ["id", "score", "source", "title", "categories"]))
        #expect(first["reason"] == nil)
        let answer: Recommendation = try reply.decoded()
        #expect(answer.user == "tea-user1")
        #expect(answer.model == running.stack.host.liveVersion)
        #expect(answer.degraded == "fresh")
        #expect(answer.took_ms >= 0)
        #expect(answer.items.count == 5)
        #expect(answer.items.allSatisfy { $0.source == "two-tower" && $0.title.contains(" no. ") })
        #expect(Set(answer.ids).count == 5)
        #expect(try connection.recommend("user=tea-user1").items.count == 20)
    }

    @Test func knownUsersGetTheirTaste() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        for taste in ["tea", "bike"] {
            let ids = (0..<10).flatMap { (try? connection.recommend("user=\(taste)-user\($0)&n=10").ids) ?? [] }
            #expect(ids.count == 100)
            #expect(ids.count { $0.hasPrefix(taste) } > 80, "\(taste): \(ids)")
        }
    }

    @Test func unknownUsersGetPopularAndNewItems() async throws {
        var configuration = PlantedWorld.configuration
        configuration.recall.candidates = 10
        let running = try await RunningStack(configuration: configuration)
        let connection = try running.connect()
        let answer = try connection.recommend("user=nobody&n=20")
        #expect(answer.items.count == 20)
        #expect(Set(answer.items.map(\.source)) == ["popular", "latest"])
        #expect(try connection.recommend("user=nobody&n=20").ids == answer.ids)
        #expect(try connection.get("/users/nobody").problem == "unknown-user")
    }

    @Test func excludedAndSeenItemsStayAway() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        for user in ["tea-user3", "nobody"] {
            let ids = try connection.recommend("user=\(user)&n=10").ids
            let away = Set(ids.prefix(4))
            let rest = try connection.recommend("user=\(user)&n=100&exclude=\(away.joined(separator: ",")),unheard-of")
            #expect(!rest.items.isEmpty && away.isDisjoint(with: rest.ids))
        }
        let seen = Set(PlantedWorld.events.filter { $0.user == "tea-user3" }.flatMap(\.items))
        #expect(try seen.isDisjoint(with: connection.recommend("user=tea-user3&n=200").ids))
        #expect(try connection.recommend("user=tea-user3&n=200").items.count == 60 - seen.count)
    }

    @Test func aCategoryIsKeptTo() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        for user in ["tea-user3", "nobody"] {
            let answer = try connection.recommend("user=\(user)&n=100&category=bike-1")
            #expect(Set(answer.ids) == Set((0..<30).filter { $0 % 3 == 1 }.map { "bike\($0)" }))
            let none = try connection.recommend("user=\(user)&category=boats")
            #expect(none.items.isEmpty && none.next == nil && none.degraded == "fresh")
        }
    }

    @Test func diversityChangesTheOrder() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        let plain = try connection.recommend("user=tea-user5&n=20&diversity=0")
        let varied = try connection.recommend("user=tea-user5&n=20&diversity=1")
        #expect(plain.ids != varied.ids)
        #expect(plain.items.map(\.score) == plain.items.map(\.score).sorted(by: >))
    }

    @Test(arguments: ["tea-user7", "nobody"]) func pagesNeverOverlap(user: String) async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        var shown: [String] = []
        var query = "user=\(user)&n=7"
        var pages = 0
        while true {
            let page = try connection.recommend(query)
            shown += page.ids
            pages += 1
            guard let next = page.next else { break }
            query = "user=\(user)&n=7&cursor=\(next)"
            try connection.click(user, "bike\(pages)")
        }
        #expect(Set(shown).count == shown.count)
        #expect(pages > 5)
    }

    @Test func listsEndWhereTheirCursorsWould() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        let page = try connection.recommend("user=nobody&n=200")
        #expect(page.items.count == 60 && page.next == nil)
    }

    @Test func explanationsTellFeaturesAndReasons() async throws {
        let running = try await RunningStack()
        let answer = try running.connect().recommend("user=tea-user1&n=5&explain=1")
        for item in answer.items {
            let explanation = try #require(item.explain)
            #expect(item.reason?.isEmpty == false)
            #expect(explanation.features?["recallScore"] == explanation.recall_score)
            #expect(explanation.features?.count == RankingFeature.count)
            #expect((1...60).contains(explanation.recall_rank) && (1...60).contains(explanation.ranking_rank))
        }
        #expect(Set(answer.items.compactMap(\.explain?.recall_rank)).count == 5)
    }

    @Test func headGivesTheHeaderAlone() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        for target in ["/recommend?user=tea-user1", "/popular", "/livez", "/items/tea1"] {
            let reply = try connection.ask("HEAD", target)
            #expect(reply.status == 200 && reply.body.isEmpty)
            #expect(reply.headers["content-length"].flatMap { Int($0) } ?? 0 > 0)
        }
    }

    @Test func badParametersAreProblems() async throws {
        let connection = try await RunningStack(isPlanted: false).connect()
        for query in [
            "", "user=", "user=x&n=0", "user=x&n=201", "user=x&n=1e9", "user=x&n=99999999999999999999", "user=x&n=-1",
            "user=x&user=y", "user=x&diversity=2", "user=x&diversity=nan", "user=x&explain=maybe",
            "user=x&cursor=AAAA", "user=x&category=", "user=x&exclude=\(String(repeating: "a,", count: 201))",
            "user=\(String(repeating: "u", count: 513))",
        ] {
            let reply = try connection.get("/recommend?\(query)")
            #expect(reply.status == 400 && reply.problem == "invalid-parameter", "\(query.prefix(40))")
        }
    }

    @Test func unknownParametersAreNamed() async throws {
        let reply = try await RunningStack(isPlanted: false).connect().get("/recommend?user=x&colour=red")
        #expect(reply.status == 400 && reply.problem == "unknown-parameter")
        #expect(reply.text.contains("colour") && reply.text.contains("diversity"))
    }
}
