import Metrics

/// What a client counts; each shard's client has its own, the scrape shows their sum.
struct RedisMetrics {
    let commands: Counter
    let missed: [RedisMiss: Counter]
    let stores: Counter
    let droppedStores: Counter
    let errors: Counter
    let connections: Counter
    let problems: [String: Counter]
    let stalls: Counter
    let connected: Gauge
    let stalled: Gauge
    let latency: HistogramMetric

    init(_ registry: MetricRegistry) {
        commands = registry.counter("cascade_redis_commands_total", help: "Commands that somebody waits for.")
        missed = .init(
            uniqueKeysWithValues: RedisMiss.allCases.map { miss in
                (
                    miss,
                    registry.counter(
                        "cascade_redis_missed_total", help: "Commands that somebody waited for without a reply.",
                        labels: ["reason": miss.rawValue])
                )
            })
        stores = registry.counter("cascade_redis_stores_total", help: "Commands sent that nobody waits for.")
        droppedStores = registry.counter(
            "cascade_redis_stores_dropped_total",
            help: "Commands that nobody waits for, not sent: no connection, or too many under way.")
        errors = registry.counter("cascade_redis_errors_total", help: "Replies that are errors.")
        connections = registry.counter(
            "cascade_redis_connects_total", help: "Connections that became ready, the first included.")
        problems = .init(
            uniqueKeysWithValues: RedisProblem.names.map { name in
                (
                    name,
                    registry.counter(
                        "cascade_redis_problems_total", help: "Connections given up, or not made, by reason.",
                        labels: ["reason": name])
                )
            })
        stalls = registry.counter(
            "cascade_redis_stalls_total", help: "Times that Redis' replies were overdue and commands were held back.")
        connected = registry.gauge("cascade_redis_connected", help: "Shards whose connection to Redis answers.")
        stalled = registry.gauge(
            "cascade_redis_stalled", help: "Shards whose connection to Redis stopped answering.")
        latency = registry.histogram(
            "cascade_redis_seconds", help: "Time from a command that somebody waits for to its reply.")
    }
}
