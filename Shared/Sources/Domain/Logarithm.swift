/// A logarithm for features: the same bits on every machine, and a few nanoseconds.
public enum Logarithm {
    /// ln(1 + x) for x ≥ 0, to about 1e-5; negative values and those that are not numbers count as 0.
    // Inlined, and without a branch, so that loops over it become vector code: the division takes most of the time.
    @inlinable
    @inline(__always)
    public static func onePlus(_ x: Float) -> Float {
        let bits = min(1 + x, .greatestFiniteMagnitude).bitPattern
        let exponent = Float(Int32(truncatingIfNeeded: bits >> 23) &- 127)
        let mantissa = Float(bitPattern: (bits & 0x007F_FFFF) | 0x3F80_0000)
        // ln(m) = 2·artanh((m − 1)/(m + 1)), the series to the ninth power: |t| ≤ 1/3.
        let t = (mantissa - 1) / (mantissa + 1)
        let square = t * t
        let series = 1 + square * (0.333_333_34 + square * (0.2 + square * (0.142_857_15 + square * 0.111_111_11)))
        let logarithm = exponent * 0.693_147_2 + 2 * t * series
        return x > 0 ? logarithm : 0
    }
}
