package import Contracts
package import Domain

/// What the role *user-features* is told when it starts.
package struct UserFeaturesConfiguration: Sendable {
    /// Where the checkpoint lies: `users.sqlite` in the data directory.
    package var path: String
    package var topics: Topics
    /// What events count. A change holds for new events; remove the checkpoint, and it holds for all.
    package var weights: EventWeights
    /// How much is remembered of a user. Shorter limits hold for a user from the user's next event.
    package var limits: UserState.Limits
    /// Milliseconds between checkpoints.
    package var checkpointInterval: Int
    /// The largest size of the checkpoint, nil for no limit but the device's.
    package var maximumFileBytes: Int?

    package init(
        path: String, topics: Topics = Topics(), weights: EventWeights = .standard,
        limits: UserState.Limits = UserState.Limits(), checkpointInterval: Int = 300
    ) {
        self.path = path
        self.topics = topics
        self.weights = weights
        self.limits = limits
        self.checkpointInterval = checkpointInterval
    }
}
