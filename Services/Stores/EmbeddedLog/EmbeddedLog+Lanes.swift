package import EventLog

/// One lane holds everything.
extension EmbeddedLog {
    package var lanes: Int { 1 }

    package var isDeduplicating: Bool { true }

    package func lane(of partition: Int) -> Int { 0 }

    package func read(
        topic: String, lane: Int, after position: LogPosition, limit: Int
    ) throws(LogError) -> [LogRecord] {
        try read(topic: topic, after: position, limit: limit)
    }

    @discardableResult
    package func forEachRecord(
        topic: String, lane: Int, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition {
        try forEachRecord(topic: topic, after: position, visit)
    }

    package func endPosition(topic: String, lane: Int) throws(LogError) -> LogPosition {
        try endPosition(topic: topic)
    }

    package func subscribe(
        topic: String, after positions: LogPositions, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription {
        try subscribe(topic: topic, after: positions[0], deliver: deliver)
    }
}
