import Synchronization

/// A number that only grows. Any thread may add; a counter a shard keeps additions free of contention.
package final class Counter: Sendable {
    private let total = Atomic<UInt64>(0)
    // Keeps the counters of two shards on different cache lines.
    private let padding = InlineArray<14, UInt64>(repeating: 0)

    /// A counter at zero.
    package init() {}

    /// Adds `amount`.
    package func add(_ amount: UInt64 = 1) {
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The sum of what was added.
    package var value: UInt64 { total.load(ordering: .relaxed) }
}
