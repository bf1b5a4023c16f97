internal import Metrics

/// What an outbox counts.
struct OutboxMetrics {
    let queued: Counter
    let delivered: Counter
    let rejected: Counter
    let dropped: Counter

    init(_ registry: MetricRegistry) {
        func records(_ outcome: String) -> Counter {
            registry.counter(
                "cascade_outbox_total",
                help:
                    "Records by what the outbox did: queued, delivered, rejected as it was full, dropped as no log takes them.",
                labels: ["outcome": outcome])
        }
        queued = records("queued")
        delivered = records("delivered")
        rejected = records("rejected")
        dropped = records("dropped")
    }
}
