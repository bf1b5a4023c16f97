/// When requests are due, whatever the server does: request `i` at `start + i / rate`.
///
/// The requests of one run are dealt to workers like cards: worker `w` of `W` sends those with `i % W == w`.
package struct Schedule: Sendable, Equatable {
    /// Nanoseconds of the monotonic clock at which request 0 is due.
    package let start: UInt64

    /// Requests a second.
    package let rate: Int

    /// Number of requests, those of the warm-up included.
    package let total: Int

    /// Requests before this one are warm-up: sent, not counted.
    package let firstMeasured: Int

    /// A run of `warmup + duration` nanoseconds.
    package init(start: UInt64, rate: Int, warmup: UInt64, duration: UInt64) {
        precondition(rate > 0, "a rate is positive")
        self.start = start
        self.rate = rate
        total = Self.requests(in: warmup + duration, rate: rate)
        firstMeasured = Self.requests(in: warmup, rate: rate)
    }

    /// The moment at which request `index` is due. Exact to the nanosecond, without drift.
    package func due(_ index: Int) -> UInt64 {
        let seconds = UInt64(index / rate)
        let rest = UInt64(index % rate)
        return start + seconds * 1_000_000_000 + rest * 1_000_000_000 / UInt64(rate)
    }

    /// The second of the measured time in which request `index` is due.
    package func second(of index: Int) -> Int { (index - firstMeasured) / rate }

    /// The first request due at or after `time` from the start.
    private static func requests(in time: UInt64, rate: Int) -> Int {
        let seconds = Int(time / 1_000_000_000)
        let rest = Int(time % 1_000_000_000)
        return seconds * rate + (rest * rate + 999_999_999) / 1_000_000_000
    }
}
