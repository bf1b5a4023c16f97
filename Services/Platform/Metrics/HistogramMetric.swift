import Synchronization

/// A ``Histogram`` that one thread writes while others read.
///
/// Each shard owns an instance, so that recording is a few plain stores without contention; ``MetricRegistry`` merges
/// the instances of a name when it is scraped. A reader may see a value in its bucket before it is in the sum; the
/// count is the sum of the buckets, so that what is rendered is always consistent in itself.
package final class HistogramMetric: Sendable {
    private let buckets: AtomicArray
    private let sum = Atomic<UInt64>(0)
    private let lowest = Atomic<UInt64>(.max)
    private let highest = Atomic<UInt64>(0)

    /// A histogram without values.
    package init() {
        buckets = AtomicArray(count: LogLinearBuckets.count)
    }

    /// Counts `value` once. Only ever from one thread at a time.
    package func record(_ value: UInt64) {
        record(value, times: 1)
    }

    /// Counts `value` `times` times. Only ever from one thread at a time.
    package func record(_ value: UInt64, times: Int) {
        precondition(times >= 0, "a value occurs no negative number of times")
        guard times > 0 else { return }
        buckets.addAsOnlyWriter(UInt64(times), at: LogLinearBuckets.index(of: value))
        sum.store(sum.load(ordering: .relaxed) &+ value &* UInt64(times), ordering: .relaxed)
        if value < lowest.load(ordering: .relaxed) { lowest.store(value, ordering: .relaxed) }
        if value > highest.load(ordering: .relaxed) { highest.store(value, ordering: .relaxed) }
    }

    /// What has been recorded up to now; from any thread.
    package func snapshot() -> Histogram {
        var histogram = Histogram()
        for index in histogram.buckets.indices {
            let count = buckets.load(at: index)
            histogram.buckets[index] = count
            histogram.count += count
        }
        histogram.sum = sum.load(ordering: .relaxed)
        histogram.lowest = lowest.load(ordering: .relaxed)
        histogram.max = highest.load(ordering: .relaxed)
        return histogram
    }
}
