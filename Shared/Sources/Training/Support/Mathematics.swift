#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// ln x.
func logarithm(_ x: Float) -> Float { logf(x) }

/// x to the power of a count.
func power(_ x: Float, _ count: Int) -> Float { powf(x, Float(count)) }

/// e to the power of x.
func exponential(_ x: Float) -> Float { expf(x) }

/// x to the power of y.
func powerOf(_ x: Float, _ y: Float) -> Float { powf(x, y) }

/// (1 + cos(π·x)) / 2: from 1 at x = 0 to 0 at x = 1.
func cosineFall(_ x: Float) -> Float { 0.5 * (1 + cosf(.pi * min(max(x, 0), 1))) }

/// ln(1 + exp x) and its derivative.
func softplus(_ x: Float) -> (value: Float, slope: Float) {
    let small = exponential(-abs(x))
    let value = max(x, 0) + logarithm(1 + small)
    return (value, x >= 0 ? 1 / (1 + small) : small / (1 + small))
}
