/// The counters of all items and the stream's clock: a value that snapshots share chunk by chunk.
public struct ItemStatistics: Sendable {
    /// Counters by item number.
    public private(set) var counters = ChunkedArray<ItemCounters>()
    /// The latest event time seen: "now" for everything that fades. It never goes back, and it does not move while no
    /// events come, so that a replay and the live system agree on it.
    public private(set) var now: Int64 = 0

    /// Nothing has happened yet.
    public init() {}

    /// Makes room for items up to `count`.
    public mutating func grow(to count: Int) {
        counters.grow(to: count, filling: ItemCounters())
    }

    /// Takes an interaction in. O(1), plus a chunk copy when a snapshot shares the chunk.
    public mutating func apply(_ entry: HistoryEntry) {
        now = max(now, entry.timestamp)
        grow(to: Int(entry.item) + 1)
        counters[Int(entry.item)].apply(entry, at: now)
    }

    /// Lets time pass without an event: what fades, fades until `moment`. A moment in the past changes nothing.
    public mutating func advance(to moment: Int64) {
        now = max(now, moment)
    }

    /// The counters of an item, empty for one that nothing happened to.
    @inline(__always)
    public subscript(item: ItemNumber) -> ItemCounters {
        Int(item) < counters.count ? counters[Int(item)] : ItemCounters()
    }

    /// How popular an item is now: recent weight, and a little of what it had in all time, so that an old data set still
    /// has an order.
    public func popularity(of item: ItemNumber) -> Float {
        let counters = self[item]
        return counters.decayed(counters.recent, at: now) + 0.02 * counters.total
    }

    /// Puts stored counters back, as after a restart.
    public mutating func restore(_ stored: ItemCounters, for item: ItemNumber, now: Int64) {
        self.now = max(self.now, now)
        grow(to: Int(item) + 1)
        counters[Int(item)] = stored
    }
}
