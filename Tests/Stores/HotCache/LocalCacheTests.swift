import Contracts
import Deadline
import Domain
import HotCache
import TestSupport
import Testing

/// A cache in the process alone.
struct LocalCacheTests {
    @Test func everythingIsThereWithoutRedis() async throws {
        let shard = try CacheShard(nil)
        let state = Samples.state(2)
        try await shard.run { cache in
            cache.store([(Samples.key("u1"), Samples.list())])
            cache.store(users: [("u1", state)])
            cache.store(popular: Samples.popular, category: "x")
        }
        #expect(
            try await shard.run { await $0.lists(for: [Samples.key("u1"), Samples.key("u2")], by: .never) } == [
                Samples.list(), nil,
            ])
        #expect(
            try await shard.run { await $0.lastLists(for: [Samples.key("u1", version: 5)], by: .never) } == [
                Samples.list()
            ])
        #expect(try await shard.run { await $0.users(["u2", "u1"], by: .never) } == [nil, state])
        #expect(try await shard.run { await $0.popularItems(category: "x", by: .never) } == Samples.popular)
        #expect(try await shard.run { await $0.popularItems(category: nil, by: .never) } == [])
        try await shard.run { await $0.forget("u1", by: .never) }
        #expect(try await shard.run { await $0.users(["u1"], by: .never) } == [nil])
        #expect(try await shard.run { await $0.lists(for: [Samples.key("u1")], by: .never) } == [nil])
        #expect(try await shard.run { await $0.lastLists(for: [Samples.key("u1")], by: .never) } == [nil])
    }

    @Test func whatIsUsedLeastMakesRoom() async throws {
        var configuration = HotCacheConfiguration()
        configuration.localLists = LocalLimit(entries: 3, bytes: 1 << 20, seconds: 60)
        let shard = try CacheShard(nil, configuration: configuration)
        let keys = (0..<5).map { Samples.key("u\($0)") }
        let found = try await shard.run { cache in
            cache.store(keys[..<3].map { ($0, Samples.list()) })
            _ = await cache.lists(for: [keys[0]], by: .never)
            cache.store(keys[3...].map { ($0, Samples.list()) })
            return await cache.lists(for: keys, by: .never).map { $0 != nil }
        }
        #expect(found == [true, false, false, true, true])
    }

    @Test func bytesAreBounded() async throws {
        var configuration = HotCacheConfiguration()
        configuration.localLists = LocalLimit(entries: 1000, bytes: 5_000, seconds: 60)
        let shard = try CacheShard(nil, configuration: configuration)
        let keys = (0..<100).map { Samples.key("u\($0)") }
        let found = try await shard.run { cache in
            cache.store(keys.map { ($0, Samples.list()) })
            cache.store([(Samples.key("huge"), Samples.list((0..<2_000).map { ItemNumber($0) }))])
            return await cache.lists(for: keys + [Samples.key("huge")], by: .never).map { $0 != nil }
        }
        #expect(found.count { $0 } > 5 && found.count { $0 } < 20)
        #expect(found[99] && !found[0] && !found[100])
    }

    @Test func timeToLiveEndsEntries() async throws {
        var configuration = HotCacheConfiguration()
        configuration.localLists.seconds = 0
        let shard = try CacheShard(nil, configuration: configuration)
        let found = try await shard.run { cache in
            cache.store([(Samples.key("u1"), Samples.list())])
            return await cache.lists(for: [Samples.key("u1")], by: .never)
        }
        #expect(found == [nil])
    }

    /// The order of use against a plain model, with removals in between.
    @Test func agreesWithAPlainModel() async throws {
        var configuration = HotCacheConfiguration()
        configuration.localUsers = LocalLimit(entries: 8, bytes: 1 << 20, seconds: 60)
        let shard = try CacheShard(nil, configuration: configuration)
        let mismatches = try await shard.run { cache in
            var generator = SystemRandomNumberGenerator()
            var model: [String] = []
            var mismatches = 0
            for _ in 0..<3_000 {
                let user = "u\(Int.random(in: 0..<16, using: &generator))"
                switch Int.random(in: 0..<5, using: &generator) {
                case 0, 1:
                    cache.store(users: [(user, Samples.state(1))])
                    model.removeAll { $0 == user }
                    model.append(user)
                    if model.count > 8 { model.removeFirst() }
                case 2:
                    await cache.forget(user, by: .never)
                    model.removeAll { $0 == user }
                default:
                    let isThere = await cache.users([user], by: .never)[0] != nil
                    if isThere != model.contains(user) { mismatches += 1 }
                    if isThere {
                        model.removeAll { $0 == user }
                        model.append(user)
                    }
                }
            }
            return mismatches
        }
        #expect(mismatches == 0)
    }
}
