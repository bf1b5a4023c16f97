internal import Checkpoint
internal import EventLog
internal import Logging
internal import Metrics

/// Hands over what waits, in order, again and again until the log has it.
struct OutboxDelivery: Sendable {
    let core: OutboxCore
    let worker: PeriodicWorker
    let log: any EventLog
    let configuration: OutboxConfiguration
    let logger: Logger
    let metrics: OutboxMetrics

    /// Runs until the outbox is closed.
    func run() async {
        for await _ in core.arrivals {
            do {
                while try await deliverBatch() {}
            } catch {
                // The thread has been stopped: the outbox is closed.
                guard !(error is PeriodicWorkerStopped) else { return }
                logger.error("the outbox cannot be read", ["error": .text("\(error)")])
            }
        }
    }

    /// Delivers the oldest records.
    /// - Returns: false when there are none.
    private func deliverBatch() async throws -> Bool {
        var pause = configuration.retryMilliseconds.lowerBound
        while !Task.isCancelled {
            let batch = try await worker.perform { [core] in try core.next() }
            guard !batch.records.isEmpty else { return false }
            var isDelivered = false
            do throws(LogError) {
                try await deliver(batch.records)
                isDelivered = true
            } catch {
                if pause == configuration.retryMilliseconds.lowerBound {
                    logger.warning(
                        "events wait in the outbox: the log does not take them", ["error": .text("\(error)")])
                }
            }
            core.landed()
            if isDelivered {
                try await settle(batch)
                return true
            }
            try? await Task.sleep(for: .milliseconds(pause))
            pause = min(2 * pause, configuration.retryMilliseconds.upperBound)
        }
        return false
    }

    /// Deletes what was delivered, again and again until the disk takes it: going on without would deliver it twice.
    private func settle(_ batch: OutboxStore.Batch) async throws {
        var pause = configuration.retryMilliseconds.lowerBound
        while !Task.isCancelled {
            do {
                return try await worker.perform { [core] in try core.settle(batch) }
            } catch let error as PeriodicWorkerStopped {
                throw error
            } catch {
                if pause == configuration.retryMilliseconds.lowerBound {
                    logger.warning(
                        "what the outbox has delivered cannot be deleted from it: nothing more is delivered until it is",
                        ["error": .text("\(LogError(outbox: error))")])
                }
            }
            try? await Task.sleep(for: .milliseconds(pause))
            pause = min(2 * pause, configuration.retryMilliseconds.upperBound)
        }
    }

    /// Appends records; what the log will never take is left out, and counted.
    private func deliver(_ records: [NewRecord]) async throws(LogError) {
        do throws(LogError) {
            _ = try await log.append(records)
            metrics.delivered.add(UInt64(records.count))
        } catch {
            guard error.code == .invalidRecord else { throw error }
            guard records.count > 1 else {
                metrics.dropped.add()
                logger.error(
                    "the log refuses an event of the outbox, which is dropped", ["error": .text(error.message)])
                return
            }
            for record in records { try await deliver([record]) }
        }
    }
}
