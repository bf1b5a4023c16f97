import Metrics

/// What a follower of the catalogue counts.
struct CatalogueFollowerMetrics: Sendable {
    let rows: Counter
    let unreadable: Counter
    let conflicting: Counter
    let beyondLimit: Counter
    let strangers: Counter

    init(_ registry: MetricRegistry, role: String) {
        func dropped(_ reason: String) -> Counter {
            registry.counter(
                "cascade_catalogue_rows_dropped_total",
                help: "Records of item-features that were passed over, by role and reason.",
                labels: ["role": role, "reason": reason])
        }
        rows = registry.counter(
            "cascade_catalogue_rows_total", help: "Rows of the catalogue taken in from item-features, by role.",
            labels: ["role": role])
        unreadable = dropped("unreadable")
        conflicting = dropped("conflicting_number")
        beyondLimit = dropped("number_beyond_limit")
        strangers = dropped("stranger")
    }
}
