import EventLoop

extension HotCache {
    /// Nanoseconds of the loop's clock.
    var now: UInt64 { EventLoop.preciseNow }
}
