import Checkpoint
import Metrics

/// What the role *user-features* counts.
struct UserFeaturesMetrics: Sendable {
    let applied: Counter
    let attributes: Counter
    let impressions: Counter
    let unknownItems: Counter
    let unreadable: Counter
    let reserved: Counter
    let erased: Counter
    let checkpoint: CheckpointMetrics

    init(_ registry: MetricRegistry) {
        func dropped(_ reason: String) -> Counter {
            registry.counter(
                "cascade_user_events_dropped_total", help: "Records without effect on any user's state, by reason.",
                labels: ["reason": reason])
        }
        func events(_ kind: String) -> Counter {
            registry.counter(
                "cascade_user_events_total", help: "Events taken in, by what they change.", labels: ["kind": kind])
        }
        applied = events("interaction")
        attributes = events("attributes")
        impressions = events("impression")
        unknownItems = dropped("unknown_item")
        unreadable = dropped("unreadable")
        reserved = dropped("unknown_reserved_type")
        erased = registry.counter("cascade_users_erased_total", help: "Users erased.")
        checkpoint = CheckpointMetrics(registry, role: "user-features")
    }
}
