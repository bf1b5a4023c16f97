import Contracts
import Deadline
import Domain
import HotCache
import TestSupport
import Testing

/// What one shard keeps, another finds, through a real Redis.
@Suite(.enabled(if: RedisServer.isInstalled))
struct SharedCacheTests {
    private func pair() async throws -> (RedisServer, CacheShard, CacheShard) {
        let server = try RedisServer()
        let (first, second) = (try CacheShard(server), try CacheShard(server))
        await first.connected()
        await second.connected()
        return (server, first, second)
    }

    @Test func listsAnswerForExactlyTheirKey() async throws {
        let (_, first, second) = try await pair()
        let key = Samples.key("u1", category: "a:b", excluded: [5, 4])
        try await first.run { $0.store([(key, Samples.list())]) }
        try await first.settled()
        let others = [
            Samples.key("u2", category: "a:b", excluded: [4, 5]),
            Samples.key("u1", version: 2, category: "a:b", excluded: [4, 5]),
            Samples.key("u1", count: 4, category: "a:b", excluded: [4, 5]), Samples.key("u1", excluded: [4, 5]),
            Samples.key("u1", category: "a:b", excluded: [4]),
            Samples.key("u1", category: "a:b", excluded: [4, 5], model: "m2"),
        ]
        let found = try await second.run { await $0.lists(for: [key] + others, by: .never) }
        #expect(found == [Samples.list()] + others.map { _ in nil })
        #expect(second.metric("cascade_cache_hits_total{kind=\"list\",layer=\"redis\"}") == 1)
        #expect(second.metric("cascade_cache_misses_total{kind=\"list\"}") == Double(others.count))
        // Now it is in the process too.
        let again = try await second.run { await $0.lists(for: [key], by: .never) }
        #expect(again == [Samples.list()])
        #expect(second.metric("cascade_cache_hits_total{kind=\"list\",layer=\"process\"}") == 1)
    }

    @Test func theLastListAnswersWhateverTheVersionIs() async throws {
        let (_, first, second) = try await pair()
        try await first.run { $0.store([(Samples.key("u1"), Samples.list())]) }
        // A further page is not what a first page can fall back on.
        try await first.run { $0.store([(Samples.key("u1", excluded: [1, 2, 3]), Samples.list([9]))]) }
        try await first.settled()
        let wanted = [
            Samples.key("u1", version: 9, model: "m2"), Samples.key("u1", count: 1), Samples.key("u1", excluded: [1]),
            Samples.key("u1", category: "x"), Samples.key("u2"), Samples.key("u1", excluded: [1, 2, 3]),
        ]
        let found = try await second.run { await $0.lastLists(for: wanted, by: .never) }
        #expect(found.map { $0?.items } == [[3, 1, 2], [3], [3, 2], nil, nil, nil])
        #expect(found[0] == Samples.list())
    }

    @Test func rowsAndPopularItemsAreShared() async throws {
        let (_, first, second) = try await pair()
        let state = Samples.state(3)
        try await first.run { cache in
            cache.store(users: [("u1", state), ("nobody", UserState())])
            cache.store(popular: Samples.popular, category: nil)
            cache.store(popular: Array(Samples.popular.dropFirst()), category: "books")
            cache.store(popular: [], category: "empty")
        }
        try await first.settled()
        #expect(try await second.run { await $0.users(["u1", "u2", "nobody"], by: .never) } == [state, nil, nil])
        #expect(try await second.run { await $0.popularItems(category: nil, by: .never) } == Samples.popular)
        #expect(try await second.run { await $0.popularItems(category: "books", by: .never) }.count == 1)
        #expect(try await second.run { await $0.popularItems(category: "empty", by: .never) }.isEmpty)
    }

    @Test func everyKeyHasATimeToLive() async throws {
        let (server, first, _) = try await pair()
        try await first.run { cache in
            cache.store([(Samples.key("u1"), Samples.list())])
            cache.store(users: [("u1", Samples.state(1))])
            cache.store(popular: Samples.popular, category: nil)
            cache.store(popular: Samples.popular, category: "books")
        }
        try await first.settled()
        let keys = try server.keys()
        #expect(keys.count == 5)
        for key in keys {
            let left = try #require(try server.call([Array("PTTL".utf8), key]).integer)
            let name = String(decoding: key, as: UTF8.self)
            let limit = [("list:", 30), ("last:", 3_600), ("user:", 600), ("popular", 86_400)]
                .first { name.hasPrefix("cascade:1:\($0.0)") }?.1
            #expect(left > 0 && left <= (limit ?? 0) * 1000, "\(name): \(left)")
        }
    }

    @Test func rowsAreSentOnlyWhenTheyChanged() async throws {
        let (_, first, _) = try await pair()
        let start = ContinuousClock.now
        for _ in 0..<50 {
            try await first.run { cache in
                cache.store(users: [("u1", Samples.state(1))])
                cache.store(popular: Samples.popular, category: nil)
                cache.store([(Samples.key("u1"), Samples.list())])
            }
        }
        #expect(first.metric("cascade_cache_stores_total{kind=\"user\"}") == 1)
        #expect(first.metric("cascade_cache_stores_total{kind=\"popular\"}") == 1)
        // A last list is sent again after ten seconds, which is how long this may take on a busy machine.
        let lists = first.metric("cascade_cache_stores_total{kind=\"last\"}")
        #expect(lists >= 1 && lists <= 1 + (ContinuousClock.now - start) / .seconds(10))
        #expect(first.metric("cascade_cache_stores_total{kind=\"list\"}") == 50)
        // What this shard knows is seen here at once, sent or not.
        try await first.run { $0.store(users: [("u1", Samples.state(2))]) }
        #expect(try await first.run { await $0.users(["u1"], by: .never) } == [Samples.state(2)])
    }

    @Test func anErasedUserIsForgotten() async throws {
        let (server, first, second) = try await pair()
        try await first.run { cache in
            for user in ["u1", "u2"] {
                cache.store([(Samples.key(user), Samples.list())])
                cache.store(users: [(user, Samples.state(1))])
            }
        }
        try await first.settled()
        try await first.run { await $0.forget("u1", by: .never) }
        for shard in [first, second] {
            #expect(try await shard.run { await $0.users(["u1"], by: .never) } == [nil])
            #expect(try await shard.run { await $0.lastLists(for: [Samples.key("u1")], by: .never) } == [nil])
            #expect(try await shard.run { await $0.users(["u2"], by: .never) } != [nil])
        }
        let names = try server.keys().map { String(decoding: $0, as: UTF8.self) }
        #expect(!names.contains { $0.hasSuffix(":u1") && !$0.contains(":list:") })
    }

    @Test func anErasureWhileRedisIsAwayIsMadeGoodWhenItIsBack() async throws {
        let (server, first, _) = try await pair()
        try await first.run { $0.store(users: [("u1", Samples.state(1))]) }
        try await first.settled()
        server.pause()
        let isOver = Task { try await first.run { await $0.forget("u1", by: .after(milliseconds: 20)) } }
        try await isOver.value
        server.resume()
        await eventually { (try? server.keys().isEmpty) == true }

        server.stop()
        await eventually { first.metric("cascade_redis_connected") == 0 }
        try await first.run { await $0.forget("u2", by: .after(milliseconds: 20)) }
        #expect(first.metric("cascade_cache_erasures_owed") == 1)
        try server.start()
        let key = Array("cascade:1:user:u2".utf8)
        try server.call([Array("SET".utf8), key, [1]])
        await eventually { first.metric("cascade_cache_erasures_owed") == 0 }
        await eventually { (try? server.keys().isEmpty) == true }
    }
}
