/// A thread that does a piece of work soon after it was asked for, and not too often.
///
/// A request is served after the interval at the latest, together with all that came in between. After a run the thread
/// rests for the interval or four times as long as the run took, whichever is longer: background work takes a fifth of a
/// core at most, whatever the load. The work never runs twice at a time.
package final class PeriodicWorker: Sendable {
    private let core: WorkerCore

    /// Starts the thread. `work` returns whether it is done
    /// with: if not, it is tried again after a rest. It must hold its owner weakly, since the thread holds it.
    package init(intervalMilliseconds: Int, work: @escaping @Sendable () -> Bool) {
        core = WorkerCore(interval: Int64(max(intervalMilliseconds, 1)) * 1_000_000, work: work)
        core.start()
    }

    deinit { core.stop() }

    /// Asks for a run. Any thread; takes a short lock.
    package func request() { core.request() }

    /// Has a job done on the thread, soon, and waits for its result without blocking: for work that blocks.
    /// - Throws: ``PeriodicWorkerStopped`` when the worker has been stopped, or what the job throws.
    package func perform<Result: Sendable>(_ job: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isAccepted = core.submit { continuation.resume(with: Swift.Result(catching: job)) }
            if !isAccepted { continuation.resume(throwing: PeriodicWorkerStopped()) }
        }
    }

    /// Ends the thread and waits for it. A run in progress and jobs that wait are finished;
    /// a request that waits is dropped. No effect when called again.
    package func stop() { core.stop() }
}
