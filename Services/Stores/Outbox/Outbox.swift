internal import Checkpoint
package import EventLog
package import Logging
package import Metrics

/// Keeps records for a log that cannot be reached, and hands them over once it can.
///
/// While nothing waits, appends go to the log. Those that it does not take because it is away or too slow are stored in a
/// file, and so is all that comes behind them, so that the order of a key is kept. One task delivers them in order and
/// deletes what the log has acknowledged; what waits survives a restart.
///
/// Each record is delivered once, as seen by those who read the log: an append that timed out may have been stored, and a
/// process that ends between acknowledgement and deletion sends a batch once more; consumers know such a record by its id.
package final class Outbox: EventSink, Sendable {
    private let core: OutboxCore
    private let worker: PeriodicWorker
    private let tasks: TaskThread
    private let direct: PatientAppend
    private let metrics: OutboxMetrics
    private let delivery: Task<Void, Never>

    package var isImmediate: Bool { false }

    /// Opens the file, or makes it, and begins to deliver what is in it.
    /// - Throws: ``LogError`` when the file cannot be opened, or is none of ours.
    package init(
        _ configuration: OutboxConfiguration, log: any EventLog, logger: Logger, metrics registry: MetricRegistry
    ) throws(LogError) {
        let metrics = OutboxMetrics(registry)
        let core: OutboxCore
        let tasks: TaskThread
        do {
            core = try OutboxCore(configuration)
            tasks = try TaskThread()
        } catch {
            throw LogError(outbox: error)
        }
        // The worker's own rounds have nothing to do: it is here for its thread.
        let worker = PeriodicWorker(intervalMilliseconds: 1000) { true }
        self.core = core
        self.worker = worker
        self.tasks = tasks
        self.metrics = metrics
        direct = PatientAppend(
            log: log, milliseconds: configuration.patienceMilliseconds, executor: tasks)
        core.show(in: registry)
        let deliverer = OutboxDelivery(
            core: core, worker: worker, log: log, configuration: configuration, logger: logger, metrics: metrics)
        delivery = Task(executorPreference: tasks) { await deliverer.run() }
    }

    deinit { close() }

    package func append(_ records: [NewRecord]) async throws(LogError) -> [SinkOutcome] {
        guard !records.isEmpty else { return [] }
        guard records.allSatisfy({ $0.headers.isEmpty && $0.partition == nil }) else {
            throw LogError(.invalidRecord, "A record with headers or a partition of its own cannot wait in an outbox.")
        }
        if core.isEmpty {
            do throws(LogError) {
                if let outcomes = try await direct(records) {
                    return outcomes.map { $0 == .duplicate ? .duplicate : .appended }
                }
            } catch {
                guard error.isTransient else { throw error }
            }
        }
        return try await enqueue(records)
    }

    /// Waits for records of the key that are on their way to the log, so that what is appended next comes behind them.
    package func purge(key: String) async throws(LogError) {
        do {
            try await worker.perform { [core] in try core.purge(key: key) }
        } catch {
            throw LogError(outbox: error)
        }
        var patience = 100
        while core.isDelivering(key) {
            guard patience > 0 else {
                throw LogError(.overloaded, "Records of the key are on their way to a log that does not answer.")
            }
            patience -= 1
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Ends the delivery; what waits is delivered after the next start. Later appends throw `closed`.
    package func close() {
        core.close()
        delivery.cancel()
        worker.stop()
        tasks.stop()
    }

    private func store(_ entry: OutboxCore.Entry) async throws(LogError) {
        do {
            // Whoever comes first stores all that wait, in one transaction.
            try await worker.perform { [core] in core.store() }
        } catch {
            throw LogError(outbox: error)
        }
        try entry.check()
    }

    private func enqueue(_ records: [NewRecord]) async throws(LogError) -> [SinkOutcome] {
        do throws(LogError) {
            try await store(try core.add(records))
        } catch {
            if error.code == .overloaded { metrics.rejected.add(UInt64(records.count)) }
            throw error
        }
        metrics.queued.add(UInt64(records.count))
        return [SinkOutcome](repeating: .queued, count: records.count)
    }
}
