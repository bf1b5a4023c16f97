extension EventJSON {
    /// What is asked of an event, by where it comes from.
    package struct Rules: Sendable {
        /// The clock, milliseconds since the epoch: times too far ahead of it are refused. Nil: not checked.
        var now: Int64?
        /// How far ahead of the clock a time may be, in milliseconds.
        var ahead = RecordLimits.aheadMilliseconds
        var needsID: Bool
        var needsTime: Bool
        var allowsReservedTypes: Bool
        var skipsUnknownFields: Bool
        /// What an event without a time gets, milliseconds since the epoch.
        var timeIfMissing: Int64?

        /// From an application over HTTP. A missing `event_id` stays empty, for the caller to assign one and say so in
        /// the answer; a missing `ts` becomes `now`.
        package static func client(now: Int64, ahead: Int64 = RecordLimits.aheadMilliseconds) -> Rules {
            Rules(
                now: now, ahead: ahead, needsID: false, needsTime: false, allowsReservedTypes: false,
                skipsUnknownFields: false, timeIfMissing: now)
        }

        /// From a file. A missing `event_id` stays empty, for the importer to derive one from the content; `ts` must be
        /// there; user attributes (`$attributes`) are allowed.
        package static func file(now: Int64) -> Rules {
            Rules(now: now, needsID: false, needsTime: true, allowsReservedTypes: true, skipsUnknownFields: false)
        }

        /// From the log, where it was checked before.
        package static let log = Rules(
            now: nil, needsID: true, needsTime: true, allowsReservedTypes: true, skipsUnknownFields: true)

        /// From a log that anybody may write to. A missing `event_id` stays empty, for the reader to derive one from the
        /// record's place; a missing `ts` becomes the record's time; times are checked against that, so that every reader
        /// at any time comes to the same result.
        package static func stream(timestamp: Int64) -> Rules {
            Rules(
                now: timestamp >= RecordLimits.leastMilliseconds ? timestamp : nil, needsID: false, needsTime: false,
                allowsReservedTypes: true, skipsUnknownFields: true, timeIfMissing: timestamp >= 0 ? timestamp : nil)
        }
    }
}
