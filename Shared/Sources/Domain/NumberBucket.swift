/// Buckets of a quantity that spans orders of magnitude (a price, an age): two a doubling, signs apart, zero its own.
public enum NumberBucket {
    /// The bucket of a finite number; every non-finite one falls into bucket 0.
    public static func index(of number: Double) -> Int {
        guard number.isFinite, number != 0 else { return 0 }
        let magnitude = number.magnitude
        let half = magnitude.significand >= 2.0.squareRoot() ? 1 : 0
        let bucket = min(max(2 * Int(magnitude.exponent) + half, -100), 200) + 101
        return number < 0 ? -bucket : bucket
    }
}
