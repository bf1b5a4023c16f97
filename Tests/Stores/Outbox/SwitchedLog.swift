import EventLog
import Synchronization

/// A log that can be away, slow or choosy; knows ids only as its consumers would, that is to say not at all.
final class SwitchedLog: EventLog {
    enum Mode: Sendable {
        case working
        /// Throws at once.
        case failing(LogError)
        /// Answers when the mode changes: with success, as an append that was given up may still succeed.
        case hanging
        /// Stores the records and says that it has not.
        case ambiguous(LogError)
    }

    private struct State {
        var mode = Mode.working
        var records: [NewRecord] = []
        var calls = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var invalid: Set<String> = []
    }

    private let state = Mutex(State())

    /// What was stored, in order.
    var records: [NewRecord] { state.withLock { $0.records } }
    var ids: [String] { records.map { $0.id ?? "" } }
    var calls: Int { state.withLock { $0.calls } }

    func set(_ mode: Mode) {
        let waiting = state.withLock { state in
            state.mode = mode
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Refuses records with these ids for good.
    func refuse(_ ids: Set<String>) { state.withLock { $0.invalid = ids } }

    func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        let mode = state.withLock { state in
            state.calls += 1
            return state.mode
        }
        switch mode {
        case .failing(let error): throw error
        case .ambiguous(let error):
            state.withLock { $0.records += records }
            throw error
        case .hanging:
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard case .hanging = state.mode else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        case .working: break
        }
        let isRefused = state.withLock { state in
            if records.contains(where: { state.invalid.contains($0.id ?? "") }) { return true }
            state.records += records
            return false
        }
        if isRefused { throw LogError(.invalidRecord, "The key is too long.") }
        return records.indices.map { .appended(partition: 0, offset: Int64($0)) }
    }

    let partitions = 1
    let lanes = 1
    let isDeduplicating = false

    func lane(of partition: Int) -> Int { 0 }

    func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] { try await append(records) }

    func read(topic: String, lane: Int, after position: LogPosition, limit: Int) throws(LogError) -> [LogRecord] { [] }

    func forEachRecord(
        topic: String, lane: Int, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition { position }

    func subscribe(
        topic: String, after positions: LogPositions, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription { LogSubscription {} }

    func endPosition(topic: String, lane: Int) throws(LogError) -> LogPosition { .start }

    func eraseRecords(
        topic: String, key: String, onErased: @escaping @Sendable () -> Void
    ) async throws(LogError) -> Int { 0 }

    func close() {}
}
