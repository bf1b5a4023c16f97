package import Contracts
package import Domain

/// What a follower of the catalogue is told when it starts.
package struct CatalogueFollowerConfiguration: Sendable {
    package var topics: Topics
    /// The role that the copy belongs to: a label of its metrics.
    package var role: String
    /// Milliseconds that the list of popular items may be old while statistics change.
    package var popularInterval: Int
    /// Milliseconds that ``CatalogueFollower/catchUp()`` waits at most.
    package var catchUpTimeout: Int
    /// Milliseconds between tries to reach the log at the start.
    package var retryInterval: Int
    /// Numbers from here on are taken for damage: the memory of a row is needed for each number below a row's own.
    package var maximumItems: ItemNumber

    package init(
        topics: Topics = Topics(), role: String, popularInterval: Int = 250, catchUpTimeout: Int = 1_000,
        retryInterval: Int = 500, maximumItems: ItemNumber = 16_000_000
    ) {
        self.topics = topics
        self.role = role
        self.popularInterval = popularInterval
        self.catchUpTimeout = catchUpTimeout
        self.retryInterval = retryInterval
        self.maximumItems = maximumItems
    }
}
