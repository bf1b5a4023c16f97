import EventLog
import Logging
import Metrics
import Threads

/// What waits in an ``Outbox``, and how it is written: what whoever adds and the outbox's thread share.
final class OutboxCore: Sendable {
    private struct State {
        var queue: [NewRecord] = []
        var bytes = 0
        var enqueued: UInt64 = 0
        var acknowledged: UInt64 = 0
        var isStopped = false
    }

    private let state = Monitor(State())
    private let log: any EventLog
    private let limits: Outbox.Limits
    private let metrics: ReplicaMetrics
    private let failures: WriteFailureLog

    init(_ log: any EventLog, _ limits: Outbox.Limits, _ metrics: ReplicaMetrics, _ logger: Logger) {
        self.log = log
        self.limits = limits
        self.metrics = metrics
        failures = WriteFailureLog(
            logger: logger, message: "forwarded records and dead letters not written, it is tried again")
    }

    var count: Int { state.update { $0.queue.count } }

    func waitForRoom() {
        state.wait { state -> Void? in
            let hasRoom = state.queue.count < limits.records && state.bytes < limits.bytes
            return hasRoom || state.isStopped ? () : nil
        }
    }

    func add(_ records: [NewRecord]) -> UInt64 {
        state.update { state in
            state.queue += records
            for record in records { state.bytes += record.value.count }
            state.enqueued += UInt64(records.count)
            return state.enqueued
        }
    }

    func wait(for mark: UInt64, _ limit: Duration) throws {
        let isWritten = state.wait(atMost: limit) { state -> Bool? in
            if state.acknowledged >= mark { return true }
            return state.isStopped ? false : nil
        }
        guard isWritten == true else {
            throw UserFeaturesError(.behind, "forwarded records and dead letters are not written yet")
        }
    }

    func stop() { state.update { $0.isStopped = true } }

    /// Writes what waits. - Returns: whether nothing is left to do.
    func write() -> Bool {
        while true {
            let batch = state.update { $0.isStopped ? [] : Array($0.queue.prefix(limits.batch)) }
            guard !batch.isEmpty else { return true }
            do {
                let log = log
                _ = try BlockingCall.run { try await log.append(batch) }
                acknowledge(batch)
            } catch let error as LogError where error.code == .invalidRecord {
                for record in batch { guard writeAlone(record) else { return false } }
            } catch {
                failures.report(error)
                return false
            }
        }
    }

    /// Writes one record; one that the log does not take as it is would stop all others, and is dropped and counted.
    private func writeAlone(_ record: NewRecord) -> Bool {
        do {
            let log = log
            _ = try BlockingCall.run { try await log.append([record]) }
        } catch let error as LogError where error.code == .invalidRecord {
            metrics.unwritable.add()
            failures.report(error)
        } catch {
            failures.report(error)
            return false
        }
        acknowledge([record])
        return true
    }

    private func acknowledge(_ records: [NewRecord]) {
        state.update { state in
            state.queue.removeFirst(records.count)
            for record in records { state.bytes -= record.value.count }
            state.acknowledged += UInt64(records.count)
        }
    }
}
