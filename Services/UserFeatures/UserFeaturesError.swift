/// Why this replica cannot do what it was asked for, with the remedy.
package struct UserFeaturesError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// Another process has taken one of the partitions over.
        case takenOver
        /// The user belongs to another replica.
        case foreignPartition
        /// The changelog cannot be read.
        case badChangelog
        /// What must be stored first is not yet: forwarded records and dead letters.
        case behind
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func takenOver(_ partition: UserPartition, by owner: String) -> UserFeaturesError {
        UserFeaturesError(
            .takenOver,
            "another process (\(owner)) has taken \(partition) of the users over: this one ends. If that was not meant, "
                + "give every replica of user-features its own CASCADE_REPLICA, with the same number of replicas.")
    }

    static func foreignPartition(_ partition: UserPartition, _ replica: String) -> UserFeaturesError {
        UserFeaturesError(
            .foreignPartition,
            "the user is in \(partition), which is not replica \(replica)'s: list all replicas of user-features in their "
                + "order in CASCADE_USER_FEATURES.")
    }

    static func badChangelog(_ topic: String, _ partition: Int, offset: Int64, _ detail: String) -> UserFeaturesError {
        UserFeaturesError(
            .badChangelog,
            "\(topic) cannot be read at partition \(partition), offset \(offset): \(detail). Without it the partition's "
                + "state is rebuilt from the events that are still there: delete the topic for that.")
    }

    package var description: String { message }
}
