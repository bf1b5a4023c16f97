import EventLoop
import Logging
import Metrics
import Redis
import Synchronization
import TestSupport
import Testing

/// A shard with a client, for as long as a test holds it.
final class RedisShard: Sendable {
    /// A reply, copied.
    enum Answer: Equatable, Sendable {
        case bytes([UInt8])
        case values([[UInt8]?])
        case error(String)
        case other
        case missed(RedisMiss)
    }

    // @unchecked: touched on the loop's thread only.
    private final class Box: @unchecked Sendable {
        var client: RedisClient?
    }

    let metrics = MetricRegistry()
    let sink = CollectingSink()
    let loop: EventLoop
    private let group: ShardGroup
    private let box = Box()

    init(_ endpoint: RedisEndpoint, _ configuration: RedisConfiguration = .patient) throws {
        group = try ShardGroup(count: 1, name: "redis") { [metrics, sink, box] _, loop in
            let client = try RedisClient(
                loop: loop, endpoint: endpoint, configuration: configuration, metrics: metrics,
                logger: Logger(level: .debug, sink: sink))
            box.client = client
            return [client]
        }
        loop = group.loops[0]
    }

    deinit { end() }

    func end() { group.drain() }

    /// Runs on the shard, within one turn.
    func onLoop<T: Sendable>(_ body: @escaping @Sendable (RedisClient) -> T) async throws -> T {
        let value: T? = await withCheckedContinuation { continuation in
            if !loop.execute({ [box] in continuation.resume(returning: box.client.map(body)) }) {
                continuation.resume(returning: nil)
            }
        }
        return try #require(value)
    }

    /// Sends commands in one turn; their answers in order, and the order in which the answers came.
    func send(_ commands: [RedisCommand], milliseconds: UInt64 = 60_000) async throws -> (
        answers: [Answer], order: [Int]
    ) {
        let state = Mutex<(answers: [Int: Answer], order: [Int])>(([:], []))
        try await onLoop { client in
            let deadline = EventLoop.preciseNow + milliseconds * 1_000_000
            for (index, command) in commands.enumerated() {
                client.send(command, by: deadline) { outcome in
                    let answer = Answer(outcome)
                    state.withLock {
                        $0.answers[index] = answer
                        $0.order.append(index)
                    }
                }
            }
        }
        await eventually { state.withLock { $0.order.count == commands.count } }
        return state.withLock { state in (commands.indices.compactMap { state.answers[$0] }, state.order) }
    }

    func send(_ command: RedisCommand, milliseconds: UInt64 = 60_000) async throws -> Answer {
        try #require(try await send([command], milliseconds: milliseconds).answers.first)
    }

    func metric(_ series: String) -> Double {
        for line in metrics.render().split(separator: "\n") where line.hasPrefix("\(series) ") {
            return Double(line.dropFirst(series.count + 1)) ?? .nan
        }
        return .nan
    }

    func connected() async { await eventually { metric("cascade_redis_connected") == 1 } }
}

extension RedisShard.Answer {
    init(_ outcome: RedisOutcome) {
        switch outcome {
        case .missed(let miss): self = .missed(miss)
        case .reply(let reply):
            if let code = reply.errorCode {
                self = .error(code)
            } else if let bytes = reply.bytes {
                self = .bytes(Array(bytes))
            } else if reply.count > 0 {
                self = .values((0..<reply.count).map { reply[$0].bytes.map { Array($0) } })
            } else {
                self = .other
            }
        }
    }
}

final class CollectingSink: LogSink {
    private let text = Mutex("")

    func write(_ line: String) { text.withLock { $0 += line } }

    var lines: String { text.withLock { $0 } }
}

extension RedisConfiguration {
    /// For machines that run all tests at once: nothing is late because of them.
    static var patient: RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.timeout = 20_000_000_000
        configuration.connectTimeout = 20_000_000_000
        return configuration
    }
}
