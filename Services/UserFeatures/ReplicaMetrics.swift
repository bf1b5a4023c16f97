import Contracts
import Metrics

/// What a replica of *user-features* counts, over all of its partitions.
struct ReplicaMetrics: Sendable {
    let users: UserFeaturesMetrics
    let duplicates: Counter
    let missed: Counter
    let forwarded: Counter
    let unwritable: Counter
    let published: Counter
    let tombstones: Counter
    let strangers: Counter
    let takenOver: Counter
    private let deadLetters: [DeadLetter.Reason: Counter]

    init(_ registry: MetricRegistry) {
        users = UserFeaturesMetrics(registry)
        duplicates = registry.counter(
            "cascade_user_events_duplicate_total", help: "Events that were in the user's state already.")
        missed = registry.counter(
            "cascade_user_events_missed_total",
            help: "Records that the log's retention removed before this replica had read them.")
        forwarded = registry.counter(
            "cascade_user_events_forwarded_total", help: "Records forwarded to their user's partition.")
        unwritable = registry.counter(
            "cascade_user_events_unwritable_total",
            help: "Forwarded records and dead letters that the log does not take as they are: dropped.")
        published = registry.counter(
            "cascade_user_changelog_rows_total", help: "Rows written to the users' changelog.")
        tombstones = registry.counter(
            "cascade_user_changelog_tombstones_total", help: "Erased users told to the users' changelog.")
        strangers = registry.counter(
            "cascade_user_changelog_strangers_total",
            help: "Records in the users' changelog that no process of user-features wrote: passed over.")
        takenOver = registry.counter(
            "cascade_user_partitions_taken_over_total", help: "Partitions that another process took over from this one."
        )
        deadLetters = Dictionary(
            uniqueKeysWithValues: DeadLetter.Reason.allCases.filter { $0 != .notAnItem }.map { reason in
                (
                    reason,
                    registry.counter(
                        "cascade_user_dead_letters_total", help: "Records written to the dead-letter topic, by reason.",
                        labels: ["reason": reason.rawValue])
                )
            })
    }

    func countDeadLetter(_ reason: DeadLetter.Reason) { deadLetters[reason]?.add() }
}
