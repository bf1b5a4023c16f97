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
    let repeatedEvents: Counter
    let unreadableRows: Counter
    let conflictingRows: Counter
    let strangers: Counter
    let deadLetters: Counter
    let publishedRows: Counter
    let publicationFailures: Counter
    let unpublishable: Counter
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
        repeatedEvents = dropped("repeated_event")
        unreadableRows = dropped("unreadable_row")
        conflictingRows = dropped("conflicting_row")
        strangers = dropped("stranger")
        deadLetters = registry.counter(
            "cascade_item_dead_letters_total", help: "Changes of the catalogue that went to the dead-letter topic.")
        publishedRows = registry.counter(
            "cascade_item_rows_published_total", help: "Rows that went out on item-features.")
        publicationFailures = registry.counter(
            "cascade_item_publication_failures_total", help: "Tries to publish that the log did not take.")
        unpublishable = registry.counter(
            "cascade_item_unpublishable_records_total",
            help: "Rows and dead letters that the log refuses for good, such as ones that are too long.")
        checkpoint = CheckpointMetrics(registry, role: "item-features")
    }
}
