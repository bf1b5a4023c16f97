package import Domain
import Glibc

/// Draws ranks 1…n with probability proportional to `rank^-exponent`: few users ask often, most seldom.
///
/// Rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
/// distributions", ACM TOMACS 6(3), 1996): exact, constant time and memory, fewer than 1.1 tries a sample on average.
package struct ZipfSampler: Sendable {
    /// The largest rank.
    package let count: Int

    /// The exponent, positive; 1 is allowed.
    package let exponent: Double

    // The area below the hat: from one and a half (the first bar is cut off exactly) to the end of the last bar.
    private let areaOfFirst: Double
    private let areaOfAll: Double
    private let shortcut: Double

    package init(count: Int, exponent: Double) {
        precondition(count >= 1, "there is at least one rank")
        precondition(exponent > 0 && exponent.isFinite, "the exponent is positive")
        self.count = count
        self.exponent = exponent
        areaOfFirst = Self.area(1.5, exponent) - 1
        areaOfAll = Self.area(Double(count) + 0.5, exponent)
        shortcut = 2 - Self.inverseArea(Self.area(2.5, exponent) - Self.height(2, exponent), exponent)
    }

    /// A rank, 1…``count``.
    package func next(using generator: inout SplitMix64) -> Int {
        while true {
            let area = areaOfAll + Double.random(in: 0..<1, using: &generator) * (areaOfFirst - areaOfAll)
            let position = Self.inverseArea(area, exponent)
            let rank = min(max((position + 0.5).rounded(.down), 1), Double(count))
            if rank - position <= shortcut || area >= Self.area(rank + 0.5, exponent) - Self.height(rank, exponent) {
                return Int(rank)
            }
        }
    }

    private static func height(_ x: Double, _ exponent: Double) -> Double {
        exp(-exponent * log(x))
    }

    /// The integral of ``height(_:_:)`` from 1 to `x`, also where the exponent is 1 or near it.
    private static func area(_ x: Double, _ exponent: Double) -> Double {
        let logarithm = log(x)
        let scaled = (1 - exponent) * logarithm
        return (scaled.magnitude > 1e-8 ? expm1(scaled) / scaled : 1 + scaled / 2) * logarithm
    }

    private static func inverseArea(_ area: Double, _ exponent: Double) -> Double {
        let scaled = max(area * (1 - exponent), -1)
        return exp((scaled.magnitude > 1e-8 ? log1p(scaled) / scaled : 1 - scaled / 2) * area)
    }
}
