/// Waits between attempts: doubling from the first to the longest, with some of it left to chance, lest all shards of all
/// processes come at once.
struct BackOff {
    private let first: UInt64
    private let longest: UInt64
    private var delay: UInt64
    private var connectedAt: UInt64?

    /// - Parameters: nanoseconds, positive.
    init(first: UInt64, longest: UInt64) {
        self.first = first
        self.longest = longest
        delay = first
    }

    /// An attempt succeeded; it counts as a success when it lasts.
    mutating func connected(now: UInt64) {
        connectedAt = now
    }

    /// How long to wait now: between three quarters and all of the delay that is due.
    mutating func next(now: UInt64) -> UInt64 {
        if let connectedAt, now - connectedAt >= longest { delay = first }
        connectedAt = nil
        let wait = delay
        delay = min(longest, delay * 2)
        return wait - UInt64.random(in: 0...(wait / 4))
    }
}
