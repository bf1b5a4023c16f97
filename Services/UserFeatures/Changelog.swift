import Contracts
import EventLog
import Messages
import Metrics
import Threads

/// A partition of the topic *user-features*: the rows of its users, the place up to which they are complete, and who owns it.
///
/// A row has the user's id as key; an erased user has an empty value. Two keys are no users' (see `ChangelogKey`): one holds
/// the ``LanePlace`` that all earlier rows cover, one says which process writes here, see `PartitionClaim`. A
/// record without its header is a stranger's: nothing is taken from it, and what it stands in front of is written again.
final class Changelog: Sendable {
    /// Records of one append.
    private static let batch = 1_000

    /// What other processes have written.
    struct ForeignWrites {
        var users: [String] = []
        var place = false
    }

    let partition: UserPartition
    private let log: any EventLog
    private let topic: String
    private let lane: Int
    private let owner: PartitionClaim
    private let metrics: ReplicaMetrics

    init(
        log: any EventLog, topic: String, partition: UserPartition, instance: String, replica: String,
        metrics: ReplicaMetrics
    ) {
        self.log = log
        self.topic = topic
        self.partition = partition
        self.metrics = metrics
        owner = PartitionClaim(
            topic, partition: partition.number, of: log, instance: instance, description: replica)
        lane = log.lane(of: partition.number)
    }

    /// Says that the partition is this process's from now on. Whoever had it finds that out, and stops.
    func claim() async throws {
        try await owner.claim()
    }

    /// Brings a table to what the changelog has. O(records).
    /// - Returns: the place from which events are to be read; rows may be of later ones.
    func restore(into table: UserTable) throws -> LanePlace {
        var place = LanePlace.start
        var strangers: Set<String> = []
        try log.forEachRecord(topic: topic, lane: lane, after: .start) { record in
            let key = String(decoding: record.key, as: UTF8.self)
            guard PartitionClaim.writer(of: record.headers) != nil else {
                metrics.strangers.add()
                if Self.isUser(key) { strangers.insert(key) }
                return true
            }
            strangers.remove(key)
            do {
                switch key {
                case ChangelogKey.owner: break
                case ChangelogKey.position:
                    guard let covered = LanePlace(String(decoding: record.value, as: UTF8.self)) else {
                        throw UserFeaturesError.badChangelog(
                            topic, partition.number, offset: record.offset, "its position is not one")
                    }
                    place = covered
                case _ where record.value.isEmpty: table.restore(key, nil)
                default:
                    let row = try UserRowMessage.decode(record.value)
                    table.restore(key, (row.state, RecentEvents(hashes: row.recentIDs), row.position))
                }
            } catch let error as MessageError {
                throw UserFeaturesError.badChangelog(topic, partition.number, offset: record.offset, "\(error)")
            }
            return true
        }
        for user in strangers { table.touch(user) }
        return place
    }

    /// Writes rows and then the place that they cover. When it throws, some may be written: to be written again.
    /// Blocks the calling thread.
    func publish(_ changes: UserChanges, place: LanePlace) throws {
        var records: [NewRecord] = []
        func flush() throws {
            let (batch, log) = (records, log)
            records.removeAll(keepingCapacity: true)
            owner.skip(try BlockingCall.run { try await log.appendBulk(batch) })
        }
        let erased = changes.erased.filter(\.isUnpublished)
        for erasure in erased { records.append(record(erasure.user, [])) }
        var rows: UInt64 = 0
        for row in changes.rows where row.isUnpublished {
            let message = UserRow(state: row.state, recentIDs: row.recent.hashes, position: row.position)
            records.append(record(row.user, UserRowMessage.encode(message)))
            rows += 1
            if records.count >= Self.batch { try flush() }
        }
        if !records.isEmpty { try flush() }
        records.append(record(ChangelogKey.position, Array(place.text.utf8)))
        try flush()
        metrics.published.add(rows)
        metrics.tombstones.add(UInt64(erased.count))
    }

    /// Looks at what other processes have written since the last time. O(records since then). Blocks the calling thread.
    /// - Returns: of what they wrote rows or the place: to be written again, since those may be older than ours.
    /// - Throws: ``UserFeaturesError`` when another process has claimed the partition after this one.
    func foreignWrites() throws -> ForeignWrites {
        do {
            let found = try owner.foreignWrites()
            metrics.strangers.add(UInt64(found.strangers))
            return ForeignWrites(
                users: found.keys.filter(Self.isUser), place: found.keys.contains(ChangelogKey.position))
        } catch let lost as PartitionClaim.Lost {
            throw UserFeaturesError.takenOver(partition, by: lost.owner)
        }
    }

    /// Whether a key can be a user's id.
    private static func isUser(_ key: String) -> Bool { !key.isEmpty && key.utf8.allSatisfy { $0 >= 0x20 } }

    private func record(_ key: String, _ value: [UInt8]) -> NewRecord {
        NewRecord(
            topic: topic, key: key, value: value, timestamp: DeadLetter.wallClock(),
            headers: [owner.header], partition: partition.number)
    }
}
