package import Contracts
package import Domain

/// What the role *item-features* is told when it starts.
package struct ItemFeaturesConfiguration: Sendable {
    /// Where the checkpoint lies: `items.sqlite` in the data directory.
    package var path: String
    package var topics: Topics
    /// What events count. A change of it is a change of the statistics' meaning: remove the checkpoint, it is rebuilt.
    package var weights: EventWeights
    /// Milliseconds between checkpoints, and the age that the list of popular items may have while events come.
    package var checkpointInterval: Int
    /// The largest size of the checkpoint, nil for no limit but the device's.
    package var maximumFileBytes: Int?

    package init(
        path: String, topics: Topics = Topics(), weights: EventWeights = .standard,
        checkpointInterval: Int = 250
    ) {
        self.path = path
        self.topics = topics
        self.weights = weights
        self.checkpointInterval = checkpointInterval
    }
}
