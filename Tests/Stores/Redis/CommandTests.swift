import Redis
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isInstalled))
struct CommandTests {
    private func key(_ number: Int) -> [UInt8] { Array("k\(number)".utf8) }

    @Test func valuesAreBinarySafe() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "localhost", port: server.port))
        await shard.connected()
        let key: [UInt8] = [0, 13, 10, 255, 36]
        let value = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await shard.send(.set(key, value, milliseconds: 60_000)) == .bytes(Array("OK".utf8)))
        #expect(try await shard.send(.get([key, self.key(1), key])) == .values([value, nil, value]))
        #expect(try await shard.send(.delete([key])) == .other)
        #expect(try await shard.send(.get([key])) == .values([nil]))
    }

    @Test func theCommandsOfATurnKeepTheirOrder() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port))
        await shard.connected()
        var commands: [RedisCommand] = []
        for number in 0..<300 {
            commands.append(.set(key(0), key(number), milliseconds: 60_000))
            commands.append(.get([key(0)]))
        }
        let (answers, order) = try await shard.send(commands)
        #expect(order == Array(commands.indices))
        for number in 0..<300 { #expect(answers[2 * number + 1] == .values([key(number)])) }
    }

    @Test func anErrorIsAnAnswerAndIsCounted() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port))
        await shard.connected()
        try server.call("LPUSH", "list", "a")
        var command = RedisCommand("GET", arguments: 1)
        command.append("list")
        #expect(try await shard.send(command) == .error("WRONGTYPE"))
        #expect(shard.metric("cascade_redis_errors_total") == 1)
        #expect(shard.metric("cascade_redis_connected") == 1)
    }

    @Test func whatIsUnderWayIsBounded() async throws {
        let server = try RedisServer()
        var configuration = RedisConfiguration.patient
        configuration.commandsInFlight = 8
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port), configuration)
        await shard.connected()
        let posted = try await shard.onLoop { client in
            (0..<20).count { _ in client.post(.set([1], [1], milliseconds: 60_000)) }
        }
        #expect(posted == 6)
        #expect(shard.metric("cascade_redis_stores_dropped_total") == 14)
        let (answers, _) = try await shard.send((0..<20).map { _ in .get([[1]]) })
        #expect(answers.count { $0 == .missed(.full) } >= 12)
        #expect(answers[0] == .values([[1]]))
        configuration.commandsInFlight = 1024
        configuration.bytesInFlight = 1000
        let narrow = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port), configuration)
        await narrow.connected()
        let large = RedisCommand.set([1], [UInt8](repeating: 7, count: 2000), milliseconds: 60_000)
        #expect(try await narrow.send(large) == .missed(.full))
    }

    @Test func passwordAndDatabaseAreUsed() async throws {
        let server = try RedisServer(password: "open sesame")
        let endpoint = RedisEndpoint(host: "127.0.0.1", port: server.port, password: "open sesame", database: 3)
        let shard = try RedisShard(endpoint)
        await shard.connected()
        _ = try await shard.send(.set(key(1), key(2), milliseconds: 60_000))
        #expect(try server.call("GET", "k1") == .nothing)
        #expect(try await shard.send(.get([key(1)])) == .values([key(2)]))
        #expect(!shard.sink.lines.contains("sesame"))
    }
}
