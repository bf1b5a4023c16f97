/// Where a process hands in records that clients send: the log itself, or something that keeps them until the log is back.
package protocol EventSink: Sendable {
    /// Whether the roles of this process have taken in what was appended when ``append(_:)`` returns.
    var isImmediate: Bool { get }

    /// Takes records; returns only when they are durable, in the log or before it. Order within a key is kept.
    /// - Returns: one outcome for each record, in order.
    /// - Throws: ``LogError``; nothing of the call was taken then, or (after a time-out) it may have been and the same
    ///   records, with their ids, may be sent again.
    func append(_ records: [NewRecord]) async throws(LogError) -> [SinkOutcome]

    /// Drops what is kept of a key and not in the log yet, so that nothing of it gets there once this has returned.
    func purge(key: String) async throws(LogError)
}

/// What became of one record that was handed in.
package enum SinkOutcome: Sendable, Equatable {
    /// It is in the log.
    case appended
    /// A record with the same topic and id was there already: no effect.
    case duplicate
    /// It is stored durably, and is delivered once the log can be reached.
    case queued
}

/// The log itself: what cannot be stored there is the caller's to send again.
package struct DirectSink: EventSink {
    private let log: any EventLog
    package let isImmediate: Bool

    /// - Parameter isImmediate: see ``EventSink/isImmediate``; true of the embedded log, whose consumers are given a record
    ///   before its append returns.
    package init(_ log: any EventLog, isImmediate: Bool = true) {
        self.log = log
        self.isImmediate = isImmediate
    }

    package func append(_ records: [NewRecord]) async throws(LogError) -> [SinkOutcome] {
        try await log.append(records).map { $0 == .duplicate ? .duplicate : .appended }
    }

    package func purge(key: String) async throws(LogError) {}
}
