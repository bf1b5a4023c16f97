internal import EventLog
internal import Logging
internal import Metrics
internal import Synchronization

/// What an outbox's appends, its thread and its delivery share.
// @unchecked: the file is touched on the worker's thread alone, everything else with the mutex held.
final class OutboxCore: @unchecked Sendable {
    /// Records of one append on their way into the file.
    final class Entry: Sendable {
        let records: [NewRecord]
        private let failure = Mutex<LogError?>(nil)

        init(_ records: [NewRecord]) { self.records = records }

        func fail(_ error: LogError) { failure.withLock { $0 = error } }

        func check() throws(LogError) {
            if let failure = failure.withLock({ $0 }) { throw failure }
        }
    }

    private struct State {
        /// What is stored, and what is about to be.
        var size = OutboxSize()
        var waiting: [Entry] = []
        /// When the oldest record was queued, milliseconds since the epoch.
        var oldest: Int64?
        var delivering: Set<String> = []
        var isClosed = false
    }

    private let configuration: OutboxConfiguration
    private let file: OutboxStore
    private let state: Mutex<State>
    /// Yields when there may be something to deliver.
    let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init(_ configuration: OutboxConfiguration) throws {
        self.configuration = configuration
        file = try OutboxStore(path: configuration.path)
        var state = State()
        state.size = try file.size()
        state.oldest = try file.next(1).oldest
        self.state = Mutex(state)
        (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if state.size.records > 0 { arrived.yield() }
    }

    var isEmpty: Bool { state.withLock { $0.size.records == 0 } }

    func isDelivering(_ key: String) -> Bool { state.withLock { $0.delivering.contains(key) } }

    func close() {
        state.withLock { $0.isClosed = true }
        arrived.finish()
    }

    /// Makes room for records.
    /// - Throws: `overloaded` when there is none.
    func add(_ records: [NewRecord]) throws(LogError) -> Entry {
        let size = OutboxSize(records)
        let entry = Entry(records)
        let failure: LogError? = state.withLock { state in
            if state.isClosed { return .outboxClosed }
            guard state.size.records + size.records <= configuration.maximumRecords,
                state.size.bytes + size.bytes <= configuration.maximumBytes
            else {
                return LogError(
                    .overloaded,
                    "The event log cannot be reached and the outbox is full "
                        + "(\(state.size.records) records, \(state.size.bytes) bytes): send the events again later.")
            }
            state.size += size
            state.waiting.append(entry)
            if state.oldest == nil { state.oldest = Logger.wallClock() }
            return nil
        }
        if let failure { throw failure }
        return entry
    }

    // MARK: On the worker's thread

    /// Stores what waits to be, in one transaction.
    func store() {
        let entries = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !entries.isEmpty else { return }
        do {
            try file.append(entries.flatMap(\.records), now: Logger.wallClock())
            arrived.yield()
        } catch {
            var failure = LogError(outbox: error)
            // As one that is full by its limits: there will be room again.
            if failure.code == .diskFull {
                failure = LogError(
                    .overloaded,
                    "The event log cannot be reached and the outbox's disk is full: send the events again later.")
            }
            for entry in entries { entry.fail(failure) }
            release(OutboxSize(entries.flatMap(\.records)))
        }
    }

    /// The next records to deliver; their keys count as being delivered until ``settle(_:)``.
    func next() throws -> OutboxStore.Batch {
        let batch = try file.next(configuration.batchRecords)
        state.withLock { state in
            state.delivering = Set(batch.records.map(\.key))
            if let oldest = batch.oldest { state.oldest = oldest }
        }
        return batch
    }

    /// Deletes a batch that was delivered.
    func settle(_ batch: OutboxStore.Batch) throws {
        release(try file.delete(through: batch.last))
    }

    /// The batch is not on its way any more.
    func landed() { state.withLock { $0.delivering = [] } }

    /// Deletes all records of a key.
    func purge(key: String) throws {
        store()
        release(try file.delete(key: key))
    }

    private func release(_ size: OutboxSize) {
        state.withLock { state in
            state.size -= size
            if state.size.records == 0 { state.oldest = nil }
        }
    }

    // MARK: Metrics

    func show(in registry: MetricRegistry) {
        registry.computedGauge("cascade_outbox_records", help: "Records that wait for the log.") { [weak self] in
            Double(self?.state.withLock { $0.size.records } ?? 0)
        }
        registry.computedGauge("cascade_outbox_bytes", help: "Bytes of the records that wait for the log.") {
            [weak self] in Double(self?.state.withLock { $0.size.bytes } ?? 0)
        }
        registry.computedGauge(
            "cascade_outbox_oldest_seconds", help: "How long the oldest record has waited for the log."
        ) { [weak self] in
            let oldest = self?.state.withLock { $0.oldest }
            return oldest.map { Double(max(0, Logger.wallClock() - $0)) / 1000 } ?? 0
        }
    }
}
