import Checkpoint
import Contracts
import EventLog
import Logging

/// Makes a partition's lane: from its file, or from the changelog when there is none or it is too old.
struct LaneOpening {
    let partition: UserPartition
    let configuration: UserFeaturesReplicaConfiguration
    let log: any EventLog
    let shared: ReplicaShared
    let logger: Logger

    func run() async throws -> UserLane {
        let path = "\(configuration.directory)/users-\(partition.number).sqlite"
        // Before anything is claimed: what cannot be used must not stop the one who has the partition.
        let store = try UserStore(path: path, partition: partition, maximumFileBytes: configuration.maximumFileBytes)
        var table = UserTable()
        var place = try store.load(into: table)
        if let place, try ends(before: place.position) {
            throw CheckpointError(ahead: path, ofLog: configuration.topics.userEvents)
        }
        let changelog = Changelog(
            log: log, topic: configuration.topics.userFeatures, partition: partition, instance: configuration.instance,
            replica: "\(configuration.replica.index)/\(configuration.replica.count)", metrics: shared.metrics)
        try await changelog.claim()
        if try place == nil || isGone(behind: place?.position ?? .start) {
            let rebuilt = UserTable()
            let covered = try changelog.restore(into: rebuilt)
            if try ends(before: covered.position) {
                throw CheckpointError(
                    ahead: "\(configuration.topics.userFeatures), \(partition),", ofLog: configuration.topics.userEvents
                )
            }
            if covered.position >= place?.position ?? .start {
                try store.clear()
                (table, place) = (rebuilt, covered)
                if rebuilt.count > 0 {
                    logger.info(
                        "users rebuilt from the changelog",
                        ["partition": LogValue(partition.number), "users": LogValue(rebuilt.count)])
                }
            }
        }
        return UserLane(
            partition: partition, table: table, place: place ?? .start, store: store, changelog: changelog,
            shared: shared)
    }

    private var lane: Int { log.lane(of: partition.number) }

    private func ends(before position: LogPosition) throws -> Bool {
        try log.endPosition(topic: configuration.topics.userEvents, lane: lane) < position
    }

    /// Whether the log's retention has removed records behind a place.
    private func isGone(behind position: LogPosition) throws -> Bool {
        let next = try log.read(topic: configuration.topics.userEvents, lane: lane, after: position, limit: 1).first
        return next.map { UInt64($0.offset) > position.rawValue } ?? false
    }
}
