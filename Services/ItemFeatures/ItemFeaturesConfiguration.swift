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
    /// What is told to other processes; nil where the log is the embedded one, which none can read.
    package var publication: Publication?

    /// How rows go out on the topic item-features.
    package struct Publication: Sendable {
        /// Milliseconds between two rows of an item of which only the statistics changed.
        package var statisticsInterval: Int
        /// Milliseconds that ``ItemFeatures/put(_:)`` and ``ItemFeatures/delete(_:)`` wait at most until the row is out.
        package var timeout: Int
        /// Milliseconds that ``ItemFeatures/catchUp()`` waits at most.
        package var catchUpTimeout: Int
        /// A second event with an id has no effect when the first is among this many records of the lane before it.
        package var eventWindow: Int
        /// What names this process among all that ever were: by it a process knows its own writes.
        package var instance: String
        /// Milliseconds between looks whether another process has taken the catalogue over.
        package var ownerCheckInterval: Int

        package init(
            statisticsInterval: Int = 1_000, timeout: Int = 10_000, catchUpTimeout: Int = 1_000,
            eventWindow: Int = 65_536, instance: String = PartitionClaim.randomInstance(),
            ownerCheckInterval: Int = 2_000
        ) {
            self.statisticsInterval = statisticsInterval
            self.timeout = timeout
            self.catchUpTimeout = catchUpTimeout
            self.eventWindow = eventWindow
            self.instance = instance
            self.ownerCheckInterval = ownerCheckInterval
        }
    }

    package init(
        path: String, topics: Topics = Topics(), weights: EventWeights = .standard,
        checkpointInterval: Int = 250, publication: Publication? = nil
    ) {
        self.path = path
        self.topics = topics
        self.weights = weights
        self.checkpointInterval = checkpointInterval
        self.publication = publication
    }
}
