import Contracts
import Domain
import EventLog
import Logging
import Metrics
import Synchronization

/// The lanes of a replica with all that its threads share.
final class ReplicaCore: Sendable {
    let lanes: [UserLane]
    let shared: ReplicaShared
    private let byPartition: [UserLane?]
    private let partitions: Int
    private let replica: String
    private let instance: String
    private let ownerCheckInterval: Duration
    private let logger: Logger
    private let onStop: @Sendable (UserFeaturesError) -> Void
    private let stopped = Mutex<UserFeaturesError?>(nil)
    private let lastCheck: Mutex<ContinuousClock.Instant>
    private let erasures = Atomic<UInt64>(0)

    init(
        lanes: [UserLane], partitions: Int, configuration: UserFeaturesReplicaConfiguration, shared: ReplicaShared,
        logger: Logger, onStop: @escaping @Sendable (UserFeaturesError) -> Void
    ) {
        self.lanes = lanes
        self.partitions = partitions
        self.shared = shared
        self.logger = logger
        self.onStop = onStop
        replica = "\(configuration.replica.index)/\(configuration.replica.count)"
        instance = configuration.instance
        ownerCheckInterval = .milliseconds(configuration.ownerCheckInterval)
        lastCheck = Mutex(.now)
        var byPartition: [UserLane?] = Array(repeating: nil, count: partitions)
        for lane in lanes { byPartition[lane.partition.number] = lane }
        self.byPartition = byPartition
    }

    var stopReason: UserFeaturesError? { stopped.withLock { $0 } }

    /// The lane that has a user.
    func lane(of user: String) throws(UserFeaturesError) -> UserLane {
        let number = Murmur2.partition(of: user, count: partitions)
        guard let lane = byPartition[number] else {
            throw .foreignPartition(UserPartition(number: number, count: partitions), replica)
        }
        return lane
    }

    /// What the replica's thread does again and again. - Returns: false, so that it is done again.
    func work() -> Bool {
        guard stopReason == nil else { return true }
        let isDue = lastCheck.withLock { last in
            guard .now - last >= ownerCheckInterval else { return false }
            last = .now
            return true
        }
        if isDue { checkOwners() }
        _ = checkpoint()
        return false
    }

    /// Writes a checkpoint of every lane. - Returns: whether all could be written.
    func checkpoint() -> Bool {
        var isSaved = true
        for lane in lanes where stopReason == nil { isSaved = lane.checkpoint() && isSaved }
        return isSaved && stopReason == nil
    }

    private func checkOwners() {
        do {
            for lane in lanes { try lane.checkOwner() }
        } catch let error as UserFeaturesError where error.code == .takenOver {
            stop(error)
        } catch {
            // The log is out of reach: nobody can take anything over either.
        }
    }

    private func stop(_ error: UserFeaturesError) {
        let isFirst = stopped.withLock { stopped in
            defer { stopped = stopped ?? error }
            return stopped == nil
        }
        guard isFirst else { return }
        shared.metrics.takenOver.add()
        shared.outbox.cease()
        logger.error("user-features stops", ["error": "\(error)"])
        onStop(error)
    }

    /// Sends the event that erases a user. - Returns: its place in the user's lane.
    func appendErasure(of user: String, to log: any EventLog) async throws -> LogPosition {
        let number = erasures.wrappingAdd(1, ordering: .relaxed).newValue
        let now = DeadLetter.wallClock()
        let event = Event(
            id: "erase-\(instance)-\(number)", type: Event.erasureType, user: user, items: [], timestamp: now)
        let record = NewRecord(
            topic: shared.topics.userEvents, key: user, id: event.id, value: EventJSON.encoded(event), timestamp: now)
        guard case .appended(_, let offset) = try await log.append([record]).first else { return .start }
        return LogPosition(rawValue: UInt64(offset + 1))
    }
}
