package import EventLog
import Glibc

/// The dead-letter topic: records that could not be taken in, as they came.
///
/// Key, value and headers are those of the record; further headers say why and whence: `cascade-reason`, `cascade-detail`,
/// `cascade-topic`, `cascade-partition`, `cascade-offset` and `cascade-timestamp` (the record's, in milliseconds). The
/// letter's own time is that of its writing, so that the topic's retention counts from there.
package enum DeadLetter {
    /// Why a record is there; the texts are part of the interface and never change.
    package enum Reason: String, Sendable, CaseIterable {
        /// Not the JSON of the design.
        case unreadable
        /// An event that does not say whose it is.
        case noUser = "no-user"
        /// An event none of whose items is in the catalogue.
        case unknownItem = "unknown-item"
        /// A type beginning with `$` that this version does not know.
        case unknownType = "unknown-type"
        /// Forwarded once, and still not in the user's partition.
        case misplaced
        /// A change of the catalogue that is no item.
        case notAnItem = "not-an-item"
    }

    /// The letter for a record.
    /// - Parameters:
    ///   - detail: cause and remedy for whoever reads the topic.
    ///   - now: milliseconds since the epoch.
    package static func record(
        for record: LogRecord, reason: Reason, detail: String, topics: Topics, now: Int64 = wallClock()
    ) -> NewRecord {
        let headers = [
            RecordHeader("cascade-reason", reason.rawValue), RecordHeader("cascade-detail", detail),
            RecordHeader("cascade-topic", record.topic), RecordHeader("cascade-partition", "\(record.partition)"),
            RecordHeader("cascade-offset", "\(record.offset)"),
            RecordHeader("cascade-timestamp", "\(record.timestamp)"),
        ]
        var letter = NewRecord(
            topic: topics.deadLetter, key: record.key, value: record.value, timestamp: now,
            headers: record.headers + headers, partition: record.partition)
        letter.keyBytes = record.keyBytes
        return letter
    }

    /// Milliseconds since the epoch.
    package static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
