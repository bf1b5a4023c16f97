#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A setting that is searched for, and where.
public struct HyperParameter: Sendable, Equatable {
    /// The values that are tried.
    public enum Domain: Sendable, Equatable {
        /// Between two bounds, both above zero, each order of magnitude as likely as the others.
        case logarithmic(ClosedRange<Double>)
        /// Between two bounds.
        case linear(ClosedRange<Double>)
        /// One of these, ascending.
        case choice([Double])
    }

    /// The setting's name in the configuration's section `training`.
    public let name: String
    /// The values that are tried.
    public let domain: Domain

    /// A parameter.
    public init(_ name: String, _ domain: Domain) {
        self.name = name
        self.domain = domain
    }

    /// The value at a place of the domain, 0…1. Rounded to three significant digits, so that it can be written down.
    public func value(at place: Double) -> Double {
        let place = min(max(place, 0), 1)
        switch domain {
        case .logarithmic(let range):
            let (low, high) = (log(range.lowerBound), log(range.upperBound))
            return Self.rounded(exp(low + place * (high - low)))
        case .linear(let range):
            return Self.rounded(range.lowerBound + place * (range.upperBound - range.lowerBound))
        case .choice(let values):
            return values[min(values.count - 1, Int(place * Double(values.count)))]
        }
    }

    /// The place of a value; below 0 or above 1 for one outside of the domain.
    public func place(of value: Double) -> Double {
        switch domain {
        case .logarithmic(let range):
            let (low, high) = (log(range.lowerBound), log(range.upperBound))
            return (log(max(value, .leastNormalMagnitude)) - low) / max(high - low, .leastNormalMagnitude)
        case .linear(let range):
            return (value - range.lowerBound)
                / max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
        case .choice(let values):
            let nearest = values.indices.min { abs(values[$0] - value) < abs(values[$1] - value) } ?? 0
            return (Double(nearest) + 0.5) / Double(values.count)
        }
    }

    private static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        let scale = pow(10, 2 - floor(log10(abs(value))))
        return (value * scale).rounded() / scale
    }
}
