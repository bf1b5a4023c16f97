/// How numbers that a candidate brings along are written as bytes: from 0 at a feature's low end to 127 at its high one,
/// what lies outside becomes the nearest end. What is not a number counts as the low end.
public struct FeatureBytes: Sendable, Equatable {
    /// What a value is multiplied by, and what is added then.
    public let factors: [Float]
    public let offsets: [Float]

    /// Features there are.
    public var count: Int { factors.count }

    /// Features with these ends; one without an extent always gives 0.
    public init(lows: [Float], highs: [Float]) {
        precondition(lows.count == highs.count, "a low end for each high one")
        factors = zip(lows, highs).map { low, high in high > low ? Float(Activations.highest) / (high - low) : 0 }
        offsets = zip(lows, factors).map { low, factor in -low * factor }
    }

    private static let rounder: Float = 12_582_912

    /// Writes `rows` rows of features as bytes, `stride` apart. The same bits on every machine. O(rows · count).
    @unsafe
    func write(
        rows: Int, _ values: UnsafePointer<Float>, into bytes: UnsafeMutablePointer<UInt8>, stride: Int
    ) {
        let (count, highest) = (count, Float(Activations.highest))
        unsafe factors.withUnsafeBufferPointer { factors in
            unsafe offsets.withUnsafeBufferPointer { offsets in
                for row in 0..<rows {
                    let (from, to) = unsafe (values + row * count, bytes + row * stride)
                    for feature in 0..<count {
                        let value = unsafe from[feature] * factors[feature] + offsets[feature]
                        let limited = value > 0 ? (value < highest ? value : highest) : 0
                        // To the nearest whole number, halves to even: what lies behind the point falls off at 1.5 · 2^23.
                        unsafe to[feature] = UInt8(truncatingIfNeeded: (limited + Self.rounder).bitPattern)
                    }
                }
            }
        }
    }
}
