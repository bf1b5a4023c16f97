import Metrics

/// What a cache counts; each shard's has its own, the scrape shows their sum.
struct HotCacheMetrics {
    /// Counts of one kind of value.
    struct Kind {
        let local: Counter
        let remote: Counter
        let misses: Counter
        let foreign: Counter
        let stores: Counter
        let dropped: Counter
    }

    private let kinds: [Kind]
    /// Erasures that Redis has not heard of yet.
    let owedErasures: Gauge
    let lostErasures: Counter

    init(_ registry: MetricRegistry) {
        kinds = CachedKind.allCases.map { kind in
            func counter(_ name: String, _ help: String) -> Counter {
                registry.counter(name, help: help, labels: ["kind": kind.name])
            }
            func hits(_ layer: String) -> Counter {
                registry.counter(
                    "cascade_cache_hits_total", help: "Values found, by where.",
                    labels: ["kind": kind.name, "layer": layer])
            }
            return Kind(
                local: hits("process"), remote: hits("redis"),
                misses: counter("cascade_cache_misses_total", "Values asked for and not found."),
                foreign: counter(
                    "cascade_cache_foreign_total", "Values in Redis that are not ours, of another format, or damaged."),
                stores: counter("cascade_cache_stores_total", "Values sent to Redis."),
                dropped: counter("cascade_cache_stores_dropped_total", "Values that Redis should have got and did not.")
            )
        }
        owedErasures = registry.gauge(
            "cascade_cache_erasures_owed", help: "Erased users whose keys are removed when Redis is back.")
        lostErasures = registry.counter(
            "cascade_cache_erasures_lost_total",
            help: "Erased users whose keys are left to their time to live: too many while Redis was away.")
    }

    subscript(kind: CachedKind) -> Kind { kinds[Int(kind.rawValue) - 1] }
}
