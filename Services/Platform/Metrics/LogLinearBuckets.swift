/// The bucket layout of every histogram here: linear inside a power of two, logarithmic over powers of two.
///
///     value      1 … 128     one bucket each: exact
///     value    129 … 256     one bucket each: exact
///     value    257 … 512     128 buckets of width 2
///     value    513 … 1024    128 buckets of width 4
///        …                    …
///     value  2^40+1 … 2^41   128 buckets of width 2^33
///
/// A bucket holds the whole numbers of `(lower, upper]`, so that powers of two are upper edges: a count of values
/// `≤ 2^k` is exact. The width is at most 1/128 of the lower edge: a bucket's middle is within 0.4 % of any value in it.
/// Zero shares the bucket of one.
/// In nanoseconds the range is 1 ns … 2^41 ns (2,199 s). The layout follows HdrHistogram (Tene, 2012).
package enum LogLinearBuckets {
    /// Base-two logarithm of the number of buckets in each power of two.
    static let subBucketBits = 7

    /// The highest value told apart from higher ones.
    package static let largestValue: UInt64 = 1 << 41

    /// Number of buckets.
    package static let count = index(of: largestValue) + 1

    /// The bucket that holds `value`; values above ``largestValue`` fall into the last one, zero into the first.
    package static func index(of value: UInt64) -> Int {
        let clamped = min(max(value, 1), largestValue) - 1
        let magnitude = UInt64.bitWidth - 1 - (clamped | 127).leadingZeroBitCount
        let shift = max(magnitude - subBucketBits, 0)
        return shift << subBucketBits + Int(clamped >> UInt64(shift))
    }

    /// The highest value of the bucket.
    package static func upperEdge(of index: Int) -> UInt64 {
        lowerEdge(of: index) + width(of: index)
    }

    /// The value just below the lowest one of the bucket.
    package static func lowerEdge(of index: Int) -> UInt64 {
        let shift = shift(of: index)
        return UInt64(index - shift << subBucketBits) << UInt64(shift)
    }

    /// The value that stands for all of the bucket: its middle, or the only one in it.
    package static func representative(of index: Int) -> UInt64 {
        lowerEdge(of: index) + (width(of: index) + 1) / 2
    }

    private static func width(of index: Int) -> UInt64 {
        1 << UInt64(shift(of: index))
    }

    private static func shift(of index: Int) -> Int {
        max(index >> subBucketBits - 1, 0)
    }
}
