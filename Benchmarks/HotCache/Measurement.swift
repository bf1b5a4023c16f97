import CommandLine
import Contracts
import Deadline
import Domain
import EventLoop
import Glibc
import HotCache
import Logging
import Metrics
import Redis
import Synchronization

/// One shard, one batch after the other.
struct Measurement {
    let endpoint: RedisEndpoint
    let lists: Int
    let batches: Int

    func run() async throws {
        print(MachineDescription.current().text)
        // Whoever reads has nothing in the process, so that everything comes from Redis.
        var remote = HotCacheConfiguration()
        remote.prefix = "benchmark"
        remote.listSeconds = 60
        var bare = remote
        bare.localLists.entries = 0
        try await measure("from the process", remote) { cache, batch in
            _ = await cache.lists(for: Self.keys(batch, lists), by: .never)
        }
        try await measure("stored in Redis, with one question", bare) { cache, batch in
            cache.store(Self.keys(batch, lists).map { ($0, Self.list) })
            _ = await cache.users(["nobody"], by: .never)
        }
        try await measure("from Redis", bare) { cache, batch in
            _ = await cache.lists(for: Self.keys(batch, lists), by: .never)
        }
    }

    /// Batches come round again, so that all of them have been stored.
    private static let rounds = 64

    private static func keys(_ batch: Int, _ count: Int) -> [ListKey] {
        (0..<count).map { place in
            ListKey(
                user: "user-\(batch % rounds)-\(place)", state: UserState(), model: "2026-11-25T19-00-00Z",
                parameters: ListParameters(count: 20, diversity: 0.1, category: nil, excluded: []))
        }
    }

    private static let list = CachedList(
        model: "2026-11-25T19-00-00Z", items: (0..<20).map { ItemNumber($0 * 997) }, scores: (0..<20).map(Float.init),
        sources: (0..<20).map { _ in .twoTower })

    private func measure(
        _ name: String, _ configuration: HotCacheConfiguration,
        _ body: @escaping @Sendable (HotCache, Int) async -> Void
    ) async throws {
        let metrics = MetricRegistry()
        let made = Mutex<HotCache?>(nil)
        let group = try ShardGroup(count: 1, name: "cache") { [endpoint] _, loop in
            var patient = RedisConfiguration()
            patient.timeout = 1_000_000_000
            let client = try RedisClient(
                loop: loop, endpoint: endpoint, configuration: patient, metrics: metrics,
                logger: Logger(level: .warning))
            made.withLock { $0 = HotCache(redis: client, configuration: configuration, metrics: metrics) }
            return [client]
        }
        guard let cache = made.withLock({ $0 }) else { return }
        while !metrics.render().contains("\ncascade_redis_connected 1") { try await Task.sleep(for: .milliseconds(10)) }
        let (lists, batches) = (lists, batches)
        await withTaskExecutorPreference(group.loops[0]) {
            for batch in 0..<Self.rounds {
                cache.store(Self.keys(batch, lists).map { ($0, Self.list) })
                // A reply, so that no more is under way than the client allows.
                _ = await cache.users(["nobody"], by: .never)
            }
            for batch in 0..<200 { await body(cache, batch) }
            let cpu = Self.threadMicroseconds()
            let start = EventLoop.preciseNow
            for batch in 0..<batches { await body(cache, batch) }
            let spent = Double(Self.threadMicroseconds() - cpu) / Double(batches)
            let elapsed = Double(EventLoop.preciseNow - start) / 1000 / Double(batches)
            print("\(lists) lists \(name): \(Format.fixed(spent, 1)) us of CPU, \(Format.fixed(elapsed, 1)) us a batch")
        }
        for line in metrics.render().split(separator: "\n")
        where line.hasPrefix("cascade_cache_hits_total{kind=\"list\"") || line.hasPrefix("cascade_redis_missed_total")
            || line.hasPrefix("cascade_cache_stores_dropped_total{kind=\"list\"}")
        {
            if !line.hasSuffix(" 0") { print("  \(line)") }
        }
        group.drain()
    }

    /// CPU of the calling thread: the shard's.
    private static func threadMicroseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
