package import EventLog
import Synchronization

/// A partition of a changelog as one process's own: what it writes there is the truth.
///
/// A record under `ChangelogKey.owner` claims it; whoever had it before finds that and ends. Every record of an owner has
/// the header ``header``, so that others' are seen without a look into the values: those that the previous owner wrote after the
/// claim may be older than what they replace, and are to be written again.
package final class PartitionClaim: Sendable {
    /// Another process has claimed the partition since.
    package struct Lost: Error {
        package let partition: Int
        /// What the other one says of itself.
        package let owner: String
    }

    /// What other processes have written.
    package struct ForeignWrites: Sendable {
        /// What their records stand in front of, reserved keys included.
        package var keys: [String] = []
        /// Records without ``header``, of nobody who ever had the partition.
        package var strangers = 0

        package init() {}
    }

    private static let headerName = "cascade-owner"
    /// Records that are read at a time.
    private static let batch = 1_000

    package let partition: Int
    private let topic: String
    private let log: any EventLog
    private let lane: Int
    private let instance: String
    private let description: String
    /// Up to where others' records have been looked at.
    private let checked = Mutex(LogPosition.start)

    /// - Parameters:
    ///   - instance: names this process among all that ever were, see ``randomInstance()``.
    ///   - description: what another owner's error says of this one, after the instance.
    package init(
        _ topic: String, partition: Int, of log: any EventLog, instance: String, description: String = ""
    ) {
        self.topic = topic
        self.partition = partition
        self.log = log
        self.instance = instance
        self.description = description.isEmpty ? instance : "\(instance) \(description)"
        lane = log.lane(of: partition)
    }

    /// Sixteen hexadecimal digits.
    package static func randomInstance() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What each record that this process writes here must have.
    package var header: RecordHeader { RecordHeader(Self.headerName, instance) }

    /// Says that the partition is this process's from now on.
    /// - Parameter timestamp: milliseconds since the epoch.
    package func claim(timestamp: Int64 = DeadLetter.wallClock()) async throws(LogError) {
        let record = NewRecord(
            topic: topic, key: ChangelogKey.owner, value: Array(description.utf8), timestamp: timestamp,
            headers: [header], partition: partition)
        guard case .appended(_, let offset) = try await log.append([record]).first else { return }
        checked.withLock { $0 = LogPosition(rawValue: UInt64(offset) + 1) }
    }

    /// Passes over what this process has just written, as far as nobody else has written since the last look.
    package func skip(_ outcomes: [AppendOutcome]) {
        checked.withLock { checked in
            for case .appended(partition, let offset) in outcomes {
                guard UInt64(offset) == checked.rawValue else { return }
                checked = LogPosition(rawValue: UInt64(offset) + 1)
            }
        }
    }

    /// Looks at what other processes have written since the last time. O(records since then). Calls must not overlap; blocks.
    /// - Returns: what is to be written again.
    /// - Throws: ``Lost``, `LogError`.
    package func foreignWrites() throws -> ForeignWrites {
        let end = try log.endPosition(topic: topic, lane: lane)
        var found = ForeignWrites()
        var position = checked.withLock { $0 }
        while position < end {
            let records = try log.read(topic: topic, lane: lane, after: position, limit: Self.batch)
            for record in records {
                let writer = Self.writer(of: record.headers)
                guard writer != instance else { continue }
                if writer == nil {
                    found.strangers += 1
                } else if record.key == ChangelogKey.owner {
                    throw Lost(partition: partition, owner: String(decoding: record.value, as: UTF8.self))
                }
                found.keys.append(record.key)
            }
            // Nothing to read before the end: what was there has been compacted away.
            position = records.last?.position ?? end
            checked.withLock { $0 = max($0, position) }
        }
        return found
    }

    /// The instance that wrote a record; nil for a stranger's.
    package static func writer(of headers: [RecordHeader]) -> String? {
        headers.last { $0.name == headerName }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
