import Synchronization

/// A number that goes up and down, set from any thread.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(Double.zero.bitPattern)

    /// A gauge at zero.
    package init() {}

    /// Replaces the value.
    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    /// Adds `amount`, which may be negative.
    package func add(_ amount: Double) {
        var current = bits.load(ordering: .relaxed)
        while true {
            let desired = (Double(bitPattern: current) + amount).bitPattern
            let result = bits.weakCompareExchange(expected: current, desired: desired, ordering: .relaxed)
            if result.exchanged { return }
            current = result.original
        }
    }

    /// The value as last set.
    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
