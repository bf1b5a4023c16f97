/// Counts of whole numbers (durations in nanoseconds, sizes) in log-linear buckets: about 35 KB whatever it holds.
///
/// Percentiles are within 0.4 % of the exact ones (see ``LogLinearBuckets``); count, sum, minimum and maximum are exact.
/// One writer; histograms of several writers are merged. ``HistogramMetric`` is the one that another thread may read.
package struct Histogram: Sendable, Equatable {
    /// Number of values recorded.
    package internal(set) var count: UInt64 = 0

    /// Sum of the values, wrapping at 2^64 (584 years of nanoseconds).
    package internal(set) var sum: UInt64 = 0

    /// The lowest value, zero when there is none.
    package var min: UInt64 { count == 0 ? 0 : lowest }

    /// The highest value, zero when there is none.
    package internal(set) var max: UInt64 = 0

    var lowest: UInt64 = .max
    var buckets: [UInt64]

    /// A histogram without values.
    package init() {
        buckets = [UInt64](repeating: 0, count: LogLinearBuckets.count)
    }

    /// Counts `value` once. Constant time.
    package mutating func record(_ value: UInt64) {
        buckets[LogLinearBuckets.index(of: value)] += 1
        count += 1
        sum &+= value
        lowest = Swift.min(lowest, value)
        max = Swift.max(max, value)
    }

    /// Adds everything that `other` counted.
    package mutating func merge(_ other: Histogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
        sum &+= other.sum
        lowest = Swift.min(lowest, other.lowest)
        max = Swift.max(max, other.max)
    }

    /// The mean, zero when there is no value.
    package var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    /// The value at or below which `percent` (0…100) of the values lie: the nearest-rank percentile, within 0.4 %.
    /// Zero when there is no value. The hundredth percentile is ``max``, exactly.
    package func percentile(_ percent: Double) -> UInt64 {
        precondition(percent >= 0 && percent <= 100, "a percentile lies between 0 and 100")
        guard count > 0 else { return 0 }
        // 99.9 % of 1,000 values are 999, not the 999.0000000000001 that binary fractions may make of it.
        let exact = percent * Double(count) / 100
        let rank = Swift.max(UInt64((exact - exact * 1e-12).rounded(.up)), 1)
        if rank >= count { return max }
        var seen: UInt64 = 0
        for index in buckets.indices {
            seen += buckets[index]
            guard seen >= rank else { continue }
            return Swift.min(Swift.max(LogLinearBuckets.representative(of: index), lowest), max)
        }
        return max
    }

    /// Number of values at or below each bound. `bounds` ascend; exact for bounds up to 256 and powers of two, else
    /// the bucket that a bound cuts counts as a whole (values up to 0.8 % above the bound).
    package func cumulativeCounts(at bounds: [UInt64]) -> [UInt64] {
        var result: [UInt64] = []
        result.reserveCapacity(bounds.count)
        var next = 0
        var seen: UInt64 = 0
        for bound in bounds {
            let end = bound == 0 ? 0 : LogLinearBuckets.index(of: bound) + 1
            while next < end {
                seen += buckets[next]
                next += 1
            }
            result.append(seen)
        }
        return result
    }
}
