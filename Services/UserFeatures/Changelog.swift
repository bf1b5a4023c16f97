import Contracts
import EventLog
import Messages
import Metrics
import Synchronization

/// A partition of the topic *user-features*: the rows of its users, the place up to which they are complete, and who owns it.
///
/// A row has the user's id as key; an erased user has an empty value. Two keys are no users' (ids have no control
/// characters): `\u{1}position` holds the ``LanePlace`` that all earlier rows cover, `\u{1}owner` says which
/// process writes here. Every record has the header `cascade-owner` with the instance that wrote it, so that a process sees
/// what others write without looking into rows. A record without it is a stranger's: nothing is taken from it, and what it
/// stands in front of is written again.
final class Changelog: Sendable {
    static let positionKey = "\u{1}position"
    static let ownerKey = "\u{1}owner"
    private static let ownerHeader = "cascade-owner"
    /// Records of one append.
    private static let batch = 1_000

    /// What other processes have written.
    struct ForeignWrites {
        var users: [String] = []
        var place = false
    }

    private struct State: Sendable {
        /// Where this process's claim stands, and up to where the others' records have been looked at.
        var claim = LogPosition.start
        var checked = LogPosition.start
    }

    let partition: UserPartition
    private let log: any EventLog
    private let topic: String
    private let lane: Int
    private let instance: String
    private let replica: String
    private let metrics: ReplicaMetrics
    private let state = Mutex(State())

    init(
        log: any EventLog, topic: String, partition: UserPartition, instance: String, replica: String,
        metrics: ReplicaMetrics
    ) {
        self.log = log
        self.topic = topic
        self.partition = partition
        self.instance = instance
        self.replica = replica
        self.metrics = metrics
        lane = log.lane(of: partition.number)
    }

    /// Says that the partition is this process's from now on. Whoever had it finds that out, and stops.
    func claim() async throws {
        let outcome = try await log.append([record(Self.ownerKey, Array("\(instance) \(replica)".utf8))])
        guard case .appended(_, let offset) = outcome.first else { return }
        let position = LogPosition(rawValue: UInt64(offset + 1))
        state.withLock { $0 = State(claim: position, checked: position) }
    }

    /// Brings a table to what the changelog has. O(records).
    /// - Returns: the place from which events are to be read; rows may be of later ones.
    func restore(into table: UserTable) throws -> LanePlace {
        var place = LanePlace.start
        var strangers: Set<String> = []
        try log.forEachRecord(topic: topic, lane: lane, after: .start) { record in
            let key = String(decoding: record.key, as: UTF8.self)
            guard Self.owner(of: record.headers) != nil else {
                metrics.strangers.add()
                if Self.isUser(key) { strangers.insert(key) }
                return true
            }
            strangers.remove(key)
            do {
                switch key {
                case Self.ownerKey: break
                case Self.positionKey:
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
            skip(try BlockingCall.run { try await log.appendBulk(batch) })
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
        records.append(record(Self.positionKey, Array(place.text.utf8)))
        try flush()
        metrics.published.add(rows)
        metrics.tombstones.add(UInt64(erased.count))
    }

    /// Looks at what other processes have written since the last time. O(records since then). Blocks the calling thread.
    /// - Returns: of what they wrote rows or the place: to be written again, since those may be older than ours.
    /// - Throws: ``UserFeaturesError`` when another process has claimed the partition after this one.
    func foreignWrites() throws -> ForeignWrites {
        try state.withLock { state in
            let end = try log.endPosition(topic: topic, lane: lane)
            var found = ForeignWrites()
            while state.checked < end {
                let records = try log.read(topic: topic, lane: lane, after: state.checked, limit: Self.batch)
                for record in records {
                    state.checked = record.position
                    let writer = Self.owner(of: record.headers)
                    guard writer != instance else { continue }
                    if writer == nil {
                        metrics.strangers.add()
                    } else if record.key == Self.ownerKey {
                        throw UserFeaturesError.takenOver(partition, by: String(decoding: record.value, as: UTF8.self))
                    }
                    if record.key == Self.positionKey { found.place = true }
                    if Self.isUser(record.key) { found.users.append(record.key) }
                }
                // Nothing to read before the end: what was there has been compacted away.
                if records.isEmpty { state.checked = end }
            }
            return found
        }
    }

    /// Passes over what this process has just written, if nobody else has written since the last look.
    private func skip(_ outcomes: [AppendOutcome]) {
        state.withLock { state in
            for case .appended(_, let offset) in outcomes {
                guard UInt64(offset) == state.checked.rawValue else { return }
                state.checked = LogPosition(rawValue: UInt64(offset) + 1)
            }
        }
    }

    /// Whether a key can be a user's id.
    private static func isUser(_ key: String) -> Bool { !key.isEmpty && key.utf8.allSatisfy { $0 >= 0x20 } }

    private static func owner(of headers: [RecordHeader]) -> String? {
        headers.last { $0.name == ownerHeader }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private func record(_ key: String, _ value: [UInt8]) -> NewRecord {
        NewRecord(
            topic: topic, key: key, value: value, timestamp: DeadLetter.wallClock(),
            headers: [RecordHeader(Self.ownerHeader, instance)], partition: partition.number)
    }
}
