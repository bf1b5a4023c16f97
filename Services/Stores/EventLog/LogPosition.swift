/// A place in the log: opaque, ordered, stored by consumers to go on after a restart.
///
/// Positions of one lane are comparable. In the embedded log they are a total order over all topics; in Kafka a record's
/// position is its offset plus one. A record's position is greater than that of every
/// record committed before it; positions may have gaps (erased records) and are never used twice.
package struct LogPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Before the first record.
    package static let start = LogPosition(rawValue: 0)

    package static func < (left: LogPosition, right: LogPosition) -> Bool { left.rawValue < right.rawValue }

    package var description: String { String(rawValue) }
}
