package import EventLog
package import Logging
package import Metrics
internal import Synchronization

/// The log in Apache Kafka: a lane is a partition, a record's position its offset plus one.
///
/// Appends are acknowledged by all replicas in sync, and sent again by the client without being stored twice. An append
/// that was not acknowledged in time is given up, but what was on its way may have been stored: records are stored at
/// least once, and consumers know an event they have seen by its id. A record is acknowledged when Kafka has said at which
/// offset it is. Where it has not, as when a leader that has just taken over stores a process's second request to a
/// partition after the first was refused, the append fails with `unavailable`; appended again, the record comes behind
/// those that were stored. When no broker is connected, appends fail at once with `unavailable`; the connection is tried
/// again all the time, at least twice a second.
///
/// Every subscription has a thread and a connection of its own.
package final class KafkaLog: EventLog, Sendable {
    private let core: KafkaCore

    /// Connects, makes the topics that are not there and checks those that are.
    /// - Throws: `unavailable` when no broker answers in time, `misconfigured` when an option or a topic does not fit.
    package init(
        _ configuration: KafkaLogConfiguration, logger: Logger, metrics: MetricRegistry
    ) throws(LogError) {
        core = try KafkaCore(configuration, logger, metrics)
    }

    deinit { core.close() }

    package var partitions: Int { core.configuration.partitions }
    package var lanes: Int { core.configuration.partitions }
    package var isDeduplicating: Bool { false }
    package func lane(of partition: Int) -> Int { partition }

    package func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        try await core.append(records)
    }

    package func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        try await core.appendBulk(records)
    }

    package func read(
        topic: String, lane: Int, after position: LogPosition, limit: Int
    ) throws(LogError) -> [LogRecord] {
        var records: [LogRecord] = []
        guard limit > 0 else { return records }
        do {
            _ = try core.scan(topic, lane, after: position) { message in
                records.append(KafkaRecord.record(message, topic: topic))
                return records.count < limit
            }
        } catch {
            throw error as? LogError ?? LogError(.inputOutput, "\(error)")
        }
        return records
    }

    @discardableResult
    package func forEachRecord(
        topic: String, lane: Int, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition {
        try core.scan(topic, lane, after: position) { message in try visit(KafkaRecord.view(message)) }
    }

    package func subscribe(
        topic: String, after positions: LogPositions, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription {
        try core.subscribe(topic, after: positions, deliver)
    }

    package func endPosition(topic: String, lane: Int) throws(LogError) -> LogPosition {
        guard try core.isKnown(topic) else { return .start }
        return LogPosition(rawValue: UInt64(try core.bounds(topic, lane).upperBound))
    }

    /// - Throws: `unsupported`.
    package func eraseRecords(
        topic: String, key: String, onErased: @escaping @Sendable () -> Void
    ) async throws(LogError) -> Int {
        throw LogError(
            .unsupported, "Kafka does not erase single records: they go with their topic's retention, \(topic)'s here.")
    }

    /// Waits for acknowledgements as long as an append does, when Kafka is there.
    package func close() { core.close() }
}
