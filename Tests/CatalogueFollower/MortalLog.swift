import EventLog
import Synchronization
import TestSupport

/// What one process sees of a log that outlives it: from ``kill(afterRecords:)`` on nothing of it comes through, as when the
/// process has ended, perhaps in the middle of an append.
final class MortalLog: EventLog {
    private let base: MemoryLog
    /// Records that still come through; nil while alive.
    private let left = Mutex<Int?>(nil)

    init(_ base: MemoryLog) { self.base = base }

    /// Ends the process's view, some records from now.
    func kill(afterRecords count: Int = 0) { left.withLock { $0 = min($0 ?? .max, count) } }

    private var isDead: Bool { left.withLock { $0 == 0 } }

    var partitions: Int { base.partitions }
    var lanes: Int { base.lanes }
    var isDeduplicating: Bool { base.isDeduplicating }
    func lane(of partition: Int) -> Int { base.lane(of: partition) }

    func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        let result: Result<[AppendOutcome], LogError> = left.withLock { left in
            let count = min(records.count, left ?? .max)
            if left != nil { left! -= count }
            do throws(LogError) {
                let outcomes = try base.store(Array(records.prefix(count)))
                if count < records.count { return .failure(LogError(.closed, "killed")) }
                return .success(outcomes)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] { try await append(records) }

    func read(topic: String, lane: Int, after position: LogPosition, limit: Int) throws(LogError) -> [LogRecord] {
        try base.read(topic: topic, lane: lane, after: position, limit: limit)
    }

    func forEachRecord(
        topic: String, lane: Int, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition {
        try base.forEachRecord(topic: topic, lane: lane, after: position, visit)
    }

    func subscribe(
        topic: String, after positions: LogPositions, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription {
        try base.subscribe(topic: topic, after: positions) { [weak self] records in
            if self?.isDead == false { deliver(records) }
        }
    }

    func endPosition(topic: String, lane: Int) throws(LogError) -> LogPosition {
        try base.endPosition(topic: topic, lane: lane)
    }

    func eraseRecords(topic: String, key: String, onErased: @escaping @Sendable () -> Void) async throws(LogError)
        -> Int
    {
        try await base.eraseRecords(topic: topic, key: key, onErased: onErased)
    }

    func close() { kill() }
}
