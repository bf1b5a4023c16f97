import Synchronization

/// Lets a warning that repeats through once an interval, with the number of those left out since.
///
///     if let suppressed = limit.admit(now: now) { logger.warning("queue full", ["suppressed": .init(suppressed)]) }
package final class LogRateLimit: Sendable {
    private struct State {
        var next: Int64?
        var suppressed = 0
    }

    private let interval: Int64
    private let state = Mutex(State())

    /// One line each `intervalMilliseconds`.
    package init(intervalMilliseconds: Int64) {
        precondition(intervalMilliseconds > 0, "an interval is positive")
        interval = intervalMilliseconds
    }

    /// The number of lines left out since the last admitted one, or nil when this one is to be left out too.
    package func admit(now: Int64 = Logger.wallClock()) -> Int? {
        state.withLock { state in
            if let next = state.next, now < next {
                state.suppressed += 1
                return nil
            }
            defer { state.suppressed = 0 }
            state.next = now + interval
            return state.suppressed
        }
    }
}
