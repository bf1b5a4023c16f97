import Contracts
import Deadline
import Domain
import HotCache
import TestSupport
import Testing

/// What others, older formats or damage left in Redis is a miss.
@Suite(.enabled(if: RedisServer.isInstalled))
struct ForeignValueTests {
    private struct Found: Equatable, Sendable {
        var list: CachedList?
        var last: CachedList?
        var user: UserState?
        var popular: [PopularItem]

        static let nothing = Found(popular: [])
    }

    /// What a shard without anything in its own memory finds.
    private func found(_ server: RedisServer) async throws -> (Found, foreign: Double) {
        let shard = try CacheShard(server)
        await shard.connected()
        let found = try await shard.run { cache in
            Found(
                list: await cache.lists(for: [Samples.key("u1")], by: .never)[0],
                last: await cache.lastLists(for: [Samples.key("u1")], by: .never)[0],
                user: await cache.users(["u1"], by: .never)[0],
                popular: await cache.popularItems(category: nil, by: .never))
        }
        let foreign = ["list", "last", "user", "popular"]
            .reduce(0) { $0 + shard.metric("cascade_cache_foreign_total{kind=\"\($1)\"}") }
        return (found, foreign)
    }

    /// A server with one value of each kind, by key.
    private func filled() async throws -> (RedisServer, [[UInt8]: [UInt8]]) {
        let server = try RedisServer()
        let shard = try CacheShard(server)
        await shard.connected()
        try await shard.run { cache in
            cache.store([(Samples.key("u1"), Samples.list())])
            cache.store(users: [("u1", Samples.state(2))])
            cache.store(popular: Samples.popular, category: nil)
        }
        try await shard.settled()
        var values: [[UInt8]: [UInt8]] = [:]
        for key in try server.keys() { values[key] = try server.call([Array("GET".utf8), key]).bytes }
        #expect(values.count == 4)
        let (found, foreign) = try await found(server)
        #expect(found.list != nil && found.last != nil && found.user != nil && !found.popular.isEmpty && foreign == 0)
        return (server, values)
    }

    private func set(_ server: RedisServer, _ key: [UInt8], _ value: [UInt8]) throws {
        try server.call([Array("SET".utf8), key, value])
    }

    @Test func damageIsAMissAndCounted() async throws {
        let (server, values) = try await filled()
        var generator = SystemRandomNumberGenerator()
        let damages: [([UInt8]) -> [UInt8]] = [
            { _ in [] },
            { $0.dropLast() },
            { Array($0.prefix(13)) },
            { Array($0.prefix(5)) },
            { $0 + [0] },
            { [$0[0], $0[1], $0[2], 2] + $0.dropFirst(4) },
            { [$0[0], $0[1], $0[2], $0[3], 99] + $0.dropFirst(5) },
            { Array("{\"items\":[\($0.count)]}".utf8) },
            { value in value.map { _ in UInt8.random(in: 0...255, using: &generator) } },
            { value in
                var value = value
                let place = Int.random(in: 13..<value.count, using: &generator)
                value[place] ^= UInt8.random(in: 1...255, using: &generator)
                return value
            },
        ]
        for (index, damage) in damages.enumerated() {
            for (key, value) in values { try set(server, key, damage(value)) }
            let (found, foreign) = try await found(server)
            #expect(found == .nothing && foreign == 4, "damage \(index)")
        }
    }

    @Test func aValueUnderAnotherKeyIsForeign() async throws {
        let (server, values) = try await filled()
        let keys = Array(values.keys)
        for (index, key) in keys.enumerated() { try set(server, key, values[keys[(index + 1) % keys.count]] ?? []) }
        let (found, foreign) = try await found(server)
        #expect(found == .nothing && foreign == 4)
    }

    @Test func aKeyOfAnotherTypeIsAMissAndIsReplaced() async throws {
        let (server, values) = try await filled()
        for key in values.keys {
            try server.call([Array("DEL".utf8), key])
            try server.call([Array("LPUSH".utf8), key, [1]])
        }
        #expect(try await found(server).0 == .nothing)
        let shard = try CacheShard(server)
        await shard.connected()
        try await shard.run { $0.store([(Samples.key("u1"), Samples.list())]) }
        try await shard.settled()
        #expect(try await found(server).0.list == Samples.list())
    }

    @Test func aValueLargerThanAllowedIsForeign() async throws {
        let (server, values) = try await filled()
        for key in values.keys { try set(server, key, [UInt8](repeating: 67, count: 3 << 20)) }
        let (found, foreign) = try await found(server)
        #expect(found == .nothing && foreign == 4)
    }
}
