/// The topics of the log, with the prefix that lets several systems share a cluster.
package struct Topics: Sendable, Equatable {
    /// What users did; keyed by user.
    package let userEvents: String
    /// Changes of the catalogue; keyed by item id, an empty value deletes.
    package let itemUpdates: String
    /// The states of users, compacted; keyed by user, in the user's partition.
    package let userFeatures: String
    /// Rows of the catalogue with their statistics, compacted; keyed by item id.
    package let itemFeatures: String
    /// Records that could not be taken in, as they came, with the reason in headers.
    package let deadLetter: String

    package init(prefix: String = "cascade") {
        userEvents = "\(prefix).user-events"
        itemUpdates = "\(prefix).item-updates"
        userFeatures = "\(prefix).user-features"
        itemFeatures = "\(prefix).item-features"
        deadLetter = "\(prefix).dead-letter"
    }
}
