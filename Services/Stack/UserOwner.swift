import Contracts
import UserFeatures

/// The users' states in this process: all of them over the embedded log, those of one replica's partitions over Kafka.
enum UserOwner: Sendable {
    case embedded(UserFeatures)
    case replica(UserFeaturesReplica)

    var service: any UserFeaturesService {
        switch self {
        case .embedded(let users): users
        case .replica(let users): users
        }
    }

    var consumer: any EventConsumer {
        switch self {
        case .embedded(let users): users
        case .replica(let users): users
        }
    }

    func flush() async throws {
        switch self {
        case .embedded(let users): _ = try await users.flush()
        case .replica(let users): _ = try await users.flush()
        }
    }

    /// Writes last checkpoints. The feed of events must have been closed before.
    func close() {
        switch self {
        case .embedded(let users): users.close()
        case .replica(let users): users.close()
        }
    }
}
