import EventLoop
import Redis
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isInstalled))
struct OutageTests {
    private let command = RedisCommand.get([Array("k".utf8)])
    private let found = RedisShard.Answer.values([nil])

    /// Gives up soon, so that a test need not wait long.
    private func hasty(stallLimit: UInt64 = 60_000_000_000) -> RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.timeout = 300_000_000
        configuration.connectTimeout = 300_000_000
        configuration.stallLimit = stallLimit
        return configuration
    }

    private func eventuallyAnswers(_ shard: RedisShard) async throws {
        await shard.connected()
        // On a machine that is slow enough, an answer may be late.
        for _ in 0..<100 where try await shard.send(command) != found {}
        #expect(try await shard.send(command) == found)
    }

    @Test func aServerThatGoesAwayAndComesBackIsFoundAgain() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port))
        await shard.connected()
        for round in 1...3 {
            server.stop()
            await eventually { shard.metric("cascade_redis_connected") == 0 }
            #expect(try await shard.send(command) == .missed(.unavailable))
            await eventually { shard.metric("cascade_redis_problems_total{reason=\"unreachable\"}") >= Double(round) }
            try server.start()
            await shard.connected()
            #expect(try await shard.send(command) == found)
            #expect(shard.metric("cascade_redis_connects_total") == Double(round + 1))
        }
        #expect(shard.metric("cascade_redis_problems_total{reason=\"lost\"}") == 3)
        #expect(shard.sink.lines.contains("is the server running"))
    }

    @Test func whatIsUnderWayWhenTheConnectionBreaksIsMissed() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port))
        await shard.connected()
        server.pause()
        async let answers = shard.send((0..<10).map { _ in command }).answers
        await eventually { shard.metric("cascade_redis_commands_total") == 10 }
        server.stop()
        #expect(try await answers == (0..<10).map { _ in .missed(.disconnected) })
    }

    @Test func aPausedServerCostsATimeOutAndThenNothing() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port), hasty())
        try await eventuallyAnswers(shard)
        server.pause()
        #expect(try await shard.send(command) == .missed(.timeout))
        await eventually { shard.metric("cascade_redis_stalled") == 1 }
        #expect(try await shard.send((0..<50).map { _ in command }).answers.allSatisfy { $0 == .missed(.unavailable) })
        #expect(try await !shard.onLoop { $0.post(command) })
        server.resume()
        // The overdue reply is the sign of life: the connection goes on.
        try await eventuallyAnswers(shard)
        #expect(shard.metric("cascade_redis_connects_total") == 1)
    }

    @Test func aServerThatStaysSilentIsConnectedToAnew() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port), hasty(stallLimit: 50_000_000))
        try await eventuallyAnswers(shard)
        server.pause()
        #expect(try await shard.send(command) == .missed(.timeout))
        await eventually { shard.metric("cascade_redis_problems_total{reason=\"silent\"}") >= 2 }
        #expect(try await shard.send(command) == .missed(.unavailable))
        server.resume()
        try await eventuallyAnswers(shard)
        #expect(shard.metric("cascade_redis_connects_total") >= 2)
    }

    @Test func aDeadlineBeforeTheTimeOutIsKeptAndIsNoStall() async throws {
        let server = try RedisServer()
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port))
        await shard.connected()
        server.pause()
        #expect(try await shard.send(command, milliseconds: 20) == .missed(.timeout))
        #expect(shard.metric("cascade_redis_stalled") == 0)
        server.resume()
        // The reply that came too late is not taken for the next one's.
        try server.call("SET", "other", "x")
        #expect(try await shard.send(.get([Array("other".utf8), [1]])) == .values([Array("x".utf8), nil]))
    }

    @Test func aWrongPasswordIsSaidAndTriedAgain() async throws {
        let server = try RedisServer(password: "right")
        for endpoint in [
            RedisEndpoint(host: "127.0.0.1", port: server.port, password: "wrong-secret"),
            RedisEndpoint(host: "127.0.0.1", port: server.port),
            RedisEndpoint(host: "127.0.0.1", port: server.port, user: "nobody", password: "right"),
            RedisEndpoint(host: "127.0.0.1", port: server.port, password: "right", database: 9999),
        ] {
            let shard = try RedisShard(endpoint)
            await eventually { shard.metric("cascade_redis_problems_total{reason=\"refused\"}") >= 2 }
            #expect(try await shard.send(command) == .missed(.unavailable))
            #expect(shard.sink.lines.contains("does not accept user, password or database"))
            #expect(!shard.sink.lines.contains("wrong-secret") && !shard.sink.lines.contains("nobody"))
        }
    }

    @Test func whatGoesWrongBeforeAConnectionIsCounted() async throws {
        let nobody = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: try FreePort.take()))
        await eventually { nobody.metric("cascade_redis_problems_total{reason=\"unreachable\"}") >= 2 }
        let unknown = try RedisShard(RedisEndpoint(host: "no-such-host.invalid", port: 6379))
        await eventually { unknown.metric("cascade_redis_problems_total{reason=\"unknown_host\"}") >= 2 }
        for shard in [nobody, unknown] { #expect(try await shard.send(command) == .missed(.unavailable)) }
    }

    @Test func aReplyThatIsTooLongEndsTheConnection() async throws {
        let server = try RedisServer()
        try server.call([Array("SET".utf8), Array("k".utf8), [UInt8](repeating: 1, count: 5_000_000)])
        var configuration = RedisConfiguration.patient
        configuration.replyBytes = 100_000
        let shard = try RedisShard(RedisEndpoint(host: "127.0.0.1", port: server.port), configuration)
        await shard.connected()
        #expect(try await shard.send(command) == .missed(.disconnected))
        #expect(shard.metric("cascade_redis_problems_total{reason=\"not_redis\"}") == 1)
        await shard.connected()
    }
}
