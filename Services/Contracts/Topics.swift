/// The topics of the log, with the prefix that lets several systems share a cluster.
package struct Topics: Sendable, Equatable {
    /// What users did; keyed by user.
    package let userEvents: String
    /// Changes of the catalogue; keyed by item id, an empty value deletes.
    package let itemUpdates: String

    package init(prefix: String = "cascade") {
        userEvents = "\(prefix).user-events"
        itemUpdates = "\(prefix).item-updates"
    }
}
