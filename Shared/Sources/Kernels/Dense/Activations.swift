/// How activations are written as bytes: x ≈ (byte - zero)·scale, with bytes in [0, 127].
///
/// Seven bits and no sign, because that is what `vpmaddubsw` multiplies without saturating, `vpdpbusd` takes as it is and
/// `sdot` can read as signed: one format, and the same bits, for every instruction set.
public struct Activations: Sendable, Equatable {
    /// The value of one step.
    public let scale: Float
    /// The byte of the value 0.
    public let zero: Int

    /// The largest byte.
    public static let highest = 127

    /// Bytes for values in a range; what is outside becomes the nearest end. The range is widened to hold 0, which is a
    /// byte of its own.
    public init(_ range: ClosedRange<Float>) {
        let (low, high) = (min(range.lowerBound, 0), max(range.upperBound, 0))
        precondition(low.isFinite && high.isFinite, "a range without an end")
        let width = max(high - low, 1e-20)
        scale = width / Float(Self.highest)
        zero = min(Int((-low / scale).rounded()), Self.highest)
    }

    /// Bytes for what comes out of a ReLU: 0 to `limit`, more counts as `limit`.
    public init(limit: Float) {
        self.init(0...max(limit, 0))
    }
}
