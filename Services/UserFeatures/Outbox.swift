import Checkpoint
import EventLog
import Logging

/// Records that the consumer of a lane has to write elsewhere: forwarded ones and dead letters.
///
/// Whoever adds does not wait for the log; a thread of the outbox's own writes in order, and tries again until the log has
/// taken them. A checkpoint that covers what caused them waits until they are written. What is bounded: records and bytes
/// that wait; beyond that whoever adds more waits first.
final class Outbox: Sendable {
    /// How much may wait.
    struct Limits: Sendable {
        var records = 32_768
        var bytes = 64 << 20
        /// Records of one append.
        var batch = 1_000
    }

    private let core: OutboxCore
    private let worker: PeriodicWorker

    init(log: any EventLog, limits: Limits = Limits(), metrics: ReplicaMetrics, logger: Logger) {
        let core = OutboxCore(log, limits, metrics, logger)
        self.core = core
        worker = PeriodicWorker(intervalMilliseconds: 1) { core.write() }
    }

    deinit { stop() }

    /// How many records wait.
    var count: Int { core.count }

    /// Waits until there is room, or it is stopped.
    func waitForRoom() { core.waitForRoom() }

    /// Adds records, behind all others.
    /// - Returns: the mark to wait for.
    func add(_ records: [NewRecord]) -> UInt64 {
        defer { worker.request() }
        return core.add(records)
    }

    /// Waits until everything up to a mark is in the log.
    /// - Throws: ``UserFeaturesError`` when that takes too long.
    func wait(for mark: UInt64, atMost limit: Duration = .seconds(5)) throws { try core.wait(for: mark, limit) }

    /// Writes nothing any more.
    func cease() { core.stop() }

    /// Ends the thread; what waits is dropped, and written again after the next start since no checkpoint covers it.
    func stop() {
        core.stop()
        worker.stop()
    }
}
