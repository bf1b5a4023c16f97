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
    static func make(
        _ configuration: CascadeConfiguration, password: String?, loop: EventLoop, metrics: MetricRegistry,
        logger: Logger
    ) throws -> any GatewayCache {
        guard configuration.gateway.cache else { return NoCache() }
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
        return HotCache(redis: redis, configuration: limits, metrics: metrics)
    }
}
