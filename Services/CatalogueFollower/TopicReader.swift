import EventLog
import Glibc
import Logging
import Synchronization
import Threads

/// Subscribes to a topic from its start, on a thread of its own, and tries again until the log can be reached.
final class TopicReader: Sendable {
    private struct State {
        var isStopping = false
        var subscription: LogSubscription?
    }

    /// What the thread works with; it may outlive the reader while the log does not answer.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let log: any EventLog
        let topic: String
        let retryInterval: Int
        let logger: Logger
        let deliver: @Sendable ([LogRecord], Int) -> Void
        let onCaughtUp: @Sendable (LogPositions) -> Void

        init(
            log: any EventLog, topic: String, retryInterval: Int, logger: Logger,
            deliver: @escaping @Sendable ([LogRecord], Int) -> Void,
            onCaughtUp: @escaping @Sendable (LogPositions) -> Void
        ) {
            self.log = log
            self.topic = topic
            self.retryInterval = retryInterval
            self.logger = logger
            self.deliver = deliver
            self.onCaughtUp = onCaughtUp
        }

        var isStopping: Bool { state.withLock { $0.isStopping } }

        /// Follows the topic; returns when that is on its way, or never will be.
        func run() {
            let limit = LogRateLimit(intervalMilliseconds: 10_000)
            while !isStopping {
                do throws(LogError) {
                    return try follow()
                } catch {
                    if error.code == .closed { return }
                    if let suppressed = limit.admit() {
                        logger.warning(
                            "the catalogue cannot be read yet, it is tried again",
                            ["topic": LogValue(topic), "error": "\(error)", "suppressed": LogValue(suppressed)])
                    }
                    usleep(UInt32(retryInterval) * 1_000)
                }
            }
        }

        private func follow() throws(LogError) {
            let ends = try log.endPositions(topic: topic)
            let subscription = try log.subscribe(topic: topic, after: LogPositions(lanes: 0..<log.lanes)) {
                [self] records in
                guard let first = records.first, !isStopping else { return }
                deliver(records, log.lane(of: first.partition))
            }
            let isTooLate = state.withLock { state in
                if !state.isStopping { state.subscription = subscription }
                return state.isStopping
            }
            if isTooLate { return subscription.cancel() }
            onCaughtUp(ends)
        }
    }

    private let shared: Shared

    init(
        log: any EventLog, topic: String, retryInterval: Int, logger: Logger,
        deliver: @escaping @Sendable (_ records: [LogRecord], _ lane: Int) -> Void,
        onCaughtUp: @escaping @Sendable (_ ends: LogPositions) -> Void
    ) {
        shared = Shared(
            log: log, topic: topic, retryInterval: retryInterval, logger: logger, deliver: deliver,
            onCaughtUp: onCaughtUp)
        do throws(ThreadError) {
            try WorkThread { [shared] in shared.run() }.detach()
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Ends the deliveries. No effect when called again.
    func stop() {
        let subscription = shared.state.withLock { state in
            state.isStopping = true
            defer { state.subscription = nil }
            return state.subscription
        }
        subscription?.cancel()
    }
}
