import Domain
import Metrics
import Testing

@Suite struct HistogramTests {
    /// Values over all magnitudes, so that every power of two is met.
    private func values(count: Int, seed: UInt64) -> [UInt64] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let bits = UInt64.random(in: 0...40, using: &generator)
            return UInt64.random(in: 1...(1 << bits), using: &generator)
        }
    }

    private func histogram(of values: [UInt64]) -> Histogram {
        var histogram = Histogram()
        for value in values { histogram.record(value) }
        return histogram
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func percentilesAreNearThoseOfTheSortedSamples(seed: UInt64) {
        let samples = values(count: 3_000, seed: seed)
        let sorted = samples.sorted()
        let histogram = histogram(of: samples)
        for percent in [0, 0.1, 1, 10, 25, 50, 75, 90, 99, 99.9, 100] {
            let rank = max((Int((percent * 10).rounded()) * sorted.count + 999) / 1_000, 1)
            let exact = Double(sorted[rank - 1])
            let error = abs(Double(histogram.percentile(percent)) - exact)
            #expect(error <= exact * 0.004, "seed \(seed), percentile \(percent)")
        }
        #expect(histogram.count == 3_000)
        #expect(histogram.sum == samples.reduce(0, +))
        #expect(histogram.min == sorted.first)
        #expect(histogram.max == sorted.last)
    }

    @Test func smallValuesAreExact() {
        for value in 1...256 as ClosedRange<UInt64> {
            var histogram = Histogram()
            histogram.record(0)
            histogram.record(value)
            histogram.record(1 << 40)
            #expect(histogram.percentile(60) == value)
        }
    }

    @Test func everyBucketHoldsItsEdges() {
        for index in 0..<LogLinearBuckets.count {
            let lower = LogLinearBuckets.lowerEdge(of: index)
            let upper = LogLinearBuckets.upperEdge(of: index)
            #expect(LogLinearBuckets.index(of: lower + 1) == index)
            #expect(LogLinearBuckets.index(of: upper) == index)
            #expect(Double(upper - lower - 1) <= Double(lower + 1) / 128)
            if index > 0 { #expect(LogLinearBuckets.upperEdge(of: index - 1) == lower) }
        }
        #expect(LogLinearBuckets.index(of: .max) == LogLinearBuckets.count - 1)
    }

    @Test func mergingIsRecordingTogether() {
        let first = values(count: 500, seed: 11)
        let second = values(count: 700, seed: 12)
        var merged = histogram(of: first)
        merged.merge(histogram(of: second))
        #expect(merged == histogram(of: first + second))
        merged.merge(Histogram())
        #expect(merged == histogram(of: first + second))
    }

    @Test func cumulativeCountsAreExactAtPowersOfTwo() {
        let samples = values(count: 2_000, seed: 21)
        let bounds = (0...41).map { UInt64(1) << $0 }
        let expected = bounds.map { bound in UInt64(samples.count { $0 <= bound }) }
        #expect(histogram(of: samples).cumulativeCounts(at: bounds) == expected)
    }

    @Test func anEmptyHistogramIsZero() {
        let empty = Histogram()
        #expect(empty.percentile(99) == 0)
        #expect(empty.min == 0)
        #expect(empty.max == 0)
        #expect(empty.mean == 0)
    }

    @Test func aMetricsSnapshotEqualsThePlainHistogram() {
        let samples = values(count: 300, seed: 31)
        let metric = HistogramMetric()
        for sample in samples { metric.record(sample) }
        #expect(metric.snapshot() == histogram(of: samples))
        metric.record(7, times: 3)
        #expect(metric.snapshot() == histogram(of: samples + [7, 7, 7]))
    }
}
