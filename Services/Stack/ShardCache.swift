import Configuration
import Contracts
import EventLoop
import HotCache
import Logging
import Metrics
import Redis

/// The cache of one of the gateway's shards.
enum ShardCache {
    /// In the process, and in Redis where one is configured. On the loop's thread.
    /// - Returns: also what is to be drained at the end.
    static func make(
        _ configuration: CascadeConfiguration, password: String?, loop: EventLoop, metrics: MetricRegistry,
        logger: Logger
    ) throws -> (cache: any GatewayCache, connections: [any ShardService]) {
        guard configuration.gateway.cache else { return (NoCache(), []) }
        let settings = configuration.redis
        var limits = HotCacheConfiguration()
        limits.prefix = configuration.kafka.prefix
        limits.listSeconds = settings.listSeconds
        limits.userSeconds = settings.userSeconds
        limits.popularSeconds = settings.popularSeconds
        var redis: RedisClient?
        if let url = settings.address.flatMap(RedisURL.init) {
            var timing = RedisConfiguration()
            timing.timeout = UInt64(settings.timeoutMs) * 1_000_000
            redis = try RedisClient(
                loop: loop,
                endpoint: RedisEndpoint(
                    host: url.host, port: url.port, user: url.user, password: url.password ?? password,
                    database: url.database),
                configuration: timing, metrics: metrics, logger: logger)
        }
        let cache = HotCache(redis: redis, configuration: limits, metrics: metrics)
        return (cache, redis.map { [$0] } ?? [])
    }
}
