import Checkpoint
import Metrics

/// What the role *item-features* counts.
struct ItemFeaturesMetrics: Sendable {
    let updates: Counter
    let events: Counter
    let unknownItems: Counter
    let unreadableEvents: Counter
    let unreadableUpdates: Counter
    let unknownDeletions: Counter
    let checkpoint: CheckpointMetrics

    init(_ registry: MetricRegistry) {
        func dropped(_ reason: String) -> Counter {
            registry.counter(
                "cascade_item_records_dropped_total", help: "Records without effect on the catalogue, by reason.",
                labels: ["reason": reason])
        }
        updates = registry.counter("cascade_item_updates_total", help: "Changes of the catalogue applied.")
        events = registry.counter(
            "cascade_item_interactions_total", help: "Interactions and impressions counted in item statistics.")
        unknownItems = dropped("unknown_item")
        unreadableEvents = dropped("unreadable_event")
        unreadableUpdates = dropped("unreadable_update")
        unknownDeletions = dropped("unknown_deletion")
        checkpoint = CheckpointMetrics(registry, role: "item-features")
    }
}
