import Contracts
import Deadline
import HotCache
import Redis
import TestSupport
import Testing

/// Redis stopped, paused and flushed under use: answers are right or missing, and it works again afterwards.
@Suite(.enabled(if: RedisServer.isInstalled))
struct OutageTests {
    @Test func whatIsFoundIsRightWhateverHappensToRedis() async throws {
        let server = try RedisServer()
        var configuration = HotCacheConfiguration()
        // Nothing in the process, so that all comes from Redis.
        configuration.localLists = LocalLimit(entries: 0, bytes: 0, seconds: 0)
        var redis = RedisConfiguration()
        redis.timeout = 50_000_000
        redis.stallLimit = 100_000_000
        redis.connectTimeout = 200_000_000
        let shards = try (0..<2).map { _ in try CacheShard(server, configuration: configuration, redis: redis) }
        for shard in shards { await shard.connected() }

        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for shard in shards {
                group.addTask {
                    try await shard.run { cache in
                        var wrong = 0
                        var round = 0
                        while !Task.isCancelled {
                            round += 1
                            let users = (0..<8).map { "u\(($0 + round) % 40)" }
                            let keys = users.map { Samples.key($0) }
                            let lists = await cache.lists(for: keys, by: .after(milliseconds: 80))
                            for (user, list) in zip(users, lists) {
                                if let list, list != Self.list(of: user) { wrong += 1 }
                            }
                            if lists.count != keys.count { wrong += 1 }
                            cache.store(zip(users, keys).map { ($1, Self.list(of: $0)) })
                            // A loop that always has a job never polls.
                            try? await Task.sleep(for: .milliseconds(1))
                        }
                        return wrong
                    }
                }
            }
            let hits = "cascade_cache_hits_total{kind=\"list\",layer=\"redis\"}"
            func awaitMoreHits() async {
                for shard in shards {
                    let before = shard.metric(hits)
                    await eventually { shard.metric(hits) > before }
                }
            }
            await awaitMoreHits()
            for _ in 0..<3 { try server.flush() }
            await awaitMoreHits()
            server.pause()
            for shard in shards { await eventually { shard.metric("cascade_redis_connected") == 0 } }
            server.resume()
            await awaitMoreHits()
            server.stop()
            for shard in shards { await eventually { shard.metric("cascade_redis_connected") == 0 } }
            try server.start()
            await awaitMoreHits()
            group.cancelAll()
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
        #expect(try !server.keys().isEmpty)
    }

    private static func list(of user: String) -> CachedList {
        Samples.list([UInt32(user.dropFirst()) ?? 0, 77])
    }
}
