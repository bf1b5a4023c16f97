package import Domain
package import EventLog

/// Events of one lane of the log in its order, decoded once for all who follow it in this process.
///
/// Whoever counts takes ``entries`` and nothing else: a record is among them in one lane only, whatever its producer did.
package struct EventBatch: Sendable {
    /// An event and its place.
    package struct Entry: Sendable {
        package let position: LogPosition
        package let event: Event
        /// The index of its record in ``EventBatch/records``; of no use when that is empty.
        package let record: Int

        package init(position: LogPosition, event: Event, record: Int = 0) {
            self.position = position
            self.event = event
            self.record = record
        }
    }

    /// A record that is no event, and why.
    package struct Unreadable: Sendable {
        package let position: LogPosition
        /// The index of the record in ``EventBatch/records``; of no use when that is empty.
        package let record: Int
        package let reason: DeadLetter.Reason
        /// Cause and remedy, without any of the record's values.
        package let detail: String

        package init(position: LogPosition, record: Int, reason: DeadLetter.Reason, detail: String) {
            self.position = position
            self.record = record
            self.reason = reason
            self.detail = detail
        }
    }

    /// An event that is not in its user's home partition.
    package struct Misplaced: Sendable {
        /// The index of its record in ``EventBatch/records``.
        package let record: Int
        /// The partition that it belongs in.
        package let home: Int

        package init(record: Int, home: Int) {
            self.record = record
            self.home = home
        }
    }

    /// The lane of the log that the records are in.
    package let lane: Int
    package var entries: [Entry]
    /// Records that are no events.
    package var unreadable: [Unreadable]
    /// Events that are not in their users' home partition. The owner of the partition forwards each once, see
    /// ``RecordOrigin``; for everybody else they do not exist. Always empty in the embedded log.
    package var misplaced: [Misplaced]
    /// The records that the batch was read from, all of them in order; empty when the embedded log is replayed, which
    /// looks at records in place.
    package var records: [LogRecord]
    /// The place of the batch's last record: where one who has taken the batch in goes on.
    package var end: LogPosition

    package init(lane: Int = 0, entries: [Entry] = [], records: [LogRecord] = [], end: LogPosition = .start) {
        self.lane = lane
        self.entries = entries
        self.records = records
        self.end = end
        unreadable = []
        misplaced = []
    }
}
