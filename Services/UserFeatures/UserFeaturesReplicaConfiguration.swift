package import Contracts
package import Domain

/// What a replica of *user-features* is told when it starts.
package struct UserFeaturesReplicaConfiguration: Sendable {
    /// The folder of the checkpoints, one a partition: `users-<partition>.sqlite`.
    package var directory: String
    package var topics: Topics
    /// This replica's number, and how many there are: it owns the partitions `p % count == index`.
    package var replica: (index: Int, count: Int)
    /// What names this process among all that ever were: by it a process knows its own writes.
    package var instance: String
    /// What events count. A change holds for new events.
    package var weights: EventWeights
    /// How much is remembered of a user. Shorter limits hold for a user from the user's next event.
    package var limits: UserState.Limits
    /// Milliseconds between checkpoints.
    package var checkpointInterval: Int
    /// Milliseconds between looks whether another process has taken a partition over.
    package var ownerCheckInterval: Int
    /// The largest size of each checkpoint, nil for no limit but the device's.
    package var maximumFileBytes: Int?

    package init(
        directory: String, topics: Topics = Topics(), replica: (index: Int, count: Int) = (0, 1),
        instance: String = PartitionClaim.randomInstance(), weights: EventWeights = .standard,
        limits: UserState.Limits = UserState.Limits(), checkpointInterval: Int = 300, ownerCheckInterval: Int = 2_000
    ) {
        precondition(replica.count > 0 && (0..<replica.count).contains(replica.index), "a replica is one of its number")
        self.directory = directory
        self.topics = topics
        self.replica = replica
        self.instance = instance
        self.weights = weights
        self.limits = limits
        self.checkpointInterval = checkpointInterval
        self.ownerCheckInterval = ownerCheckInterval
    }
}
