import Contracts
import Deadline
import Domain
import EventLoop
import HotCache
import Logging
import Metrics
import Redis
import Synchronization
import TestSupport
import Testing

/// A shard with a cache, for as long as a test holds it.
final class CacheShard: Sendable {
    let metrics = MetricRegistry()
    private let group: ShardGroup
    private let box: Mutex<HotCache?>
    private let server: RedisServer?

    init(
        _ server: RedisServer?, configuration: HotCacheConfiguration = HotCacheConfiguration(),
        redis: RedisConfiguration = .patient
    ) throws {
        self.server = server
        let made = Mutex<HotCache?>(nil)
        let port = server?.port
        group = try ShardGroup(count: 1, name: "cache") { [metrics] _, loop in
            var client: RedisClient?
            if let port {
                client = try RedisClient(
                    loop: loop, endpoint: RedisEndpoint(host: "127.0.0.1", port: port), configuration: redis,
                    metrics: metrics, logger: Logger(level: .error))
            }
            let cache = HotCache(redis: client, configuration: configuration, metrics: metrics)
            made.withLock { $0 = cache }
            return client.map { [$0] } ?? []
        }
        box = Mutex(made.withLock { $0 })
    }

    deinit { end() }

    func end() {
        group.drain()
        box.withLock { $0 = nil }
    }

    /// Runs on the shard.
    func run<T: Sendable>(_ body: @escaping @Sendable (HotCache) async -> T) async throws -> T {
        let cache = try #require(box.withLock { $0 })
        return await withTaskExecutorPreference(group.loops[0]) { await body(cache) }
    }

    func metric(_ series: String) -> Double {
        for line in metrics.render().split(separator: "\n") where line.hasPrefix("\(series) ") {
            return Double(line.dropFirst(series.count + 1)) ?? .nan
        }
        return .nan
    }

    func connected() async { await eventually { metric("cascade_redis_connected") == 1 } }

    /// What was sent has arrived: replies come in order.
    func settled() async throws {
        _ = try await run { await $0.users(["nobody"], by: .never) }
    }
}

extension RedisConfiguration {
    /// For machines that run all tests at once: nothing is late because of them.
    static var patient: RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.timeout = 10_000_000_000
        configuration.connectTimeout = 10_000_000_000
        return configuration
    }
}

enum Samples {
    static func state(_ version: Int, item: ItemNumber = 7) -> UserState {
        var state = UserState(attributes: ["country=nl"])
        for step in 0..<version {
            state.apply(
                HistoryEntry(
                    item: item + ItemNumber(step), kind: .click, weight: 1, timestamp: 1_700_000_000_000 + Int64(step)),
                limits: UserState.Limits())
        }
        return state
    }

    static func key(
        _ user: String, version: Int = 1, count: Int = 3, category: String? = nil, excluded: [ItemNumber] = [],
        model: String = "m1"
    ) -> ListKey {
        ListKey(
            user: user, state: state(version), model: model,
            parameters: ListParameters(count: count, diversity: 0.1, category: category, excluded: excluded))
    }

    static func list(_ items: [ItemNumber] = [3, 1, 2], model: String = "m1") -> CachedList {
        CachedList(
            model: model, items: items, scores: items.map { Float($0) / 8 },
            sources: items.map { CandidateSource(rawValue: UInt8($0 % 6)) })
    }

    static let popular = [
        PopularItem(score: 2, answerFragment: Array("\"id\":\"a\"".utf8)),
        PopularItem(score: 1, answerFragment: Array("\"id\":\"\u{e9}\"".utf8)),
    ]
}
