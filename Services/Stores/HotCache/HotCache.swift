import Contracts
package import Deadline
import Domain
package import Metrics
package import Redis

/// The gateway's cache on one shard: a bounded part in the process, and Redis behind it, where there is one.
///
/// A list is kept under a key that holds all it depends on, so nothing is ever invalidated; a user's last list and row and
/// the popular lists are kept to fall back on, and are sent again only when they changed or grew old. Every key in Redis
/// has a time to live. Stores are sent with the turn's other commands and not waited for; what cannot be had at once or in
/// the commands' time is a miss.
///
/// Erasing a user removes row and last list, here and in Redis, as soon as Redis is there. Lists, whose keys cannot be
/// listed, and what other shards and processes hold in memory are gone after their time to live, a minute at most.
// @unchecked: belongs to its loop's thread; the tasks that call it run on that loop.
package final class HotCache: GatewayCache, @unchecked Sendable {
    let redis: RedisClient?
    let configuration: HotCacheConfiguration
    let metrics: HotCacheMetrics
    var keys: CacheKeys
    let lists: LocalCache<ListKey, CachedList>
    let lastLists: LocalCache<String, Sent<LastList>>
    let users: LocalCache<String, Sent<UserState>>
    let popular: LocalCache<String?, Sent<PopularItems>>
    private var owed: Set<String> = []

    /// Erasures remembered while Redis is away.
    private static let owedLimit = 1024

    /// A value in the process, and when Redis was last told.
    struct Sent<Value> {
        var value: Value
        /// Nanoseconds; 0: never.
        var sent: UInt64
    }

    /// A cache on the calling shard; without `redis`, in the process alone.
    package init(
        redis: RedisClient?, configuration: HotCacheConfiguration = HotCacheConfiguration(), metrics: MetricRegistry
    ) {
        self.redis = redis
        self.configuration = configuration
        self.metrics = HotCacheMetrics(metrics)
        keys = CacheKeys(prefix: configuration.prefix)
        lists = LocalCache(configuration.localLists, atMost: configuration.listSeconds)
        lastLists = LocalCache(configuration.localLastLists, atMost: configuration.lastListSeconds)
        users = LocalCache(configuration.localUsers, atMost: configuration.userSeconds)
        popular = LocalCache(configuration.localPopular, atMost: configuration.popularSeconds)
        redis?.onReady = { [weak self] in self?.payOwedErasures() }
    }

    static func seconds(_ count: Int) -> UInt64 { UInt64(count) * 1_000_000_000 }

    // MARK: Redis

    /// The values under `names`, nil for what is missing or foreign.
    func fetch<Value: Sendable>(
        _ kind: CachedKind, _ names: [[UInt8]], by deadline: Deadline,
        _ read: @escaping (inout ValueReader) throws(ForeignValue) -> Value
    ) async -> [Value?] {
        guard let redis, redis.isReady else { return Array(repeating: nil, count: names.count) }
        return await withUnsafeContinuation { continuation in
            redis.send(.get(names), by: deadline.nanoseconds) { [self] outcome in
                guard case .reply(let reply) = outcome, reply.count == names.count else {
                    return continuation.resume(returning: Array(repeating: nil, count: names.count))
                }
                continuation.resume(
                    returning: names.indices.map { decode(kind, reply[$0], key: names[$0], read) })
            }
        }
    }

    private func decode<Value>(
        _ kind: CachedKind, _ reply: RedisReply, key: [UInt8],
        _ read: (inout ValueReader) throws(ForeignValue) -> Value
    ) -> Value? {
        guard let sealed = reply.bytes else { return nil }
        if sealed.count <= configuration.valueBytes, let bytes = SealedValue.open(sealed, kind, key: key) {
            var reader = ValueReader(bytes)
            if let value = try? read(&reader), (try? reader.finish()) != nil {
                metrics[kind].remote.add()
                return value
            }
        }
        metrics[kind].foreign.add()
        return nil
    }

    /// Sends a value, unless there is no connection or no room.
    func send(_ kind: CachedKind, _ key: [UInt8], seconds: Int, _ value: [UInt8]) -> Bool {
        guard let redis else { return false }
        guard value.count <= configuration.valueBytes,
            redis.post(.set(key, SealedValue.seal(value, kind, key: key), milliseconds: seconds * 1000))
        else {
            metrics[kind].dropped.add()
            return false
        }
        metrics[kind].stores.add()
        return true
    }

    // MARK: Erasing

    package func forget(_ user: String, by deadline: Deadline) async {
        users.remove(user)
        lastLists.remove(user)
        lists.removeAll { $0.user == user }
        guard let redis else { return }
        let isDone = await withUnsafeContinuation { continuation in
            redis.send(erasure(of: user), by: deadline.nanoseconds) { outcome in
                if case .reply(let reply) = outcome, reply.integer != nil {
                    continuation.resume(returning: true)
                } else {
                    continuation.resume(returning: false)
                }
            }
        }
        if !isDone { owe(user) }
    }

    private func erasure(of user: String) -> RedisCommand {
        .delete([keys.user(user), keys.lastList(user)])
    }

    private func owe(_ user: String) {
        if redis?.post(erasure(of: user)) == true { return }
        guard owed.count < Self.owedLimit || owed.contains(user) else { return metrics.lostErasures.add() }
        owed.insert(user)
        metrics.owedErasures.set(Double(owed.count))
    }

    private func payOwedErasures() {
        let users = owed
        owed = []
        for user in users { owe(user) }
        metrics.owedErasures.set(Double(owed.count))
    }
}
