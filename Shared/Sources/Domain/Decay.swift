#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Exponential decay: the one place that computes it, so that every caller gets the same bits.
public enum Decay {
    /// 2 to the power of minus `halfLives`.
    public static func factor(_ halfLives: Float) -> Float { exp2f(-halfLives) }
}
