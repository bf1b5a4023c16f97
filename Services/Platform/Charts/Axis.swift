import CommandLine
import Glibc

/// One direction of a plot: from where to where, and what is written beside it.
package struct Axis: Sendable {
    /// How values become places.
    package enum Scale: Sendable {
        case linear
        /// Linear, of whole numbers.
        case whole
        /// Each order of magnitude takes the same room; values are above zero.
        case logarithmic
        /// Names in a row; values are their places, from 0.
        case names([String])
    }

    /// What is measured, with its unit.
    package let label: String
    package let scale: Scale
    /// Values that it shows in any case.
    private let including: [Double]

    /// An axis that shows all values of the series, and `including`.
    package init(_ label: String, scale: Scale = .linear, including: [Double] = []) {
        self.label = label
        self.scale = scale
        self.including = including
    }

    /// The range that shows some values.
    func range(of values: [Double]) -> ClosedRange<Double> {
        if case .names(let names) = scale { return -0.5...(Double(max(1, names.count)) - 0.5) }
        let all = (values + including).map(place)
        guard let low = all.min(), let high = all.max() else { return 0...1 }
        guard high > low else { return low - max(abs(low) * 0.1, 0.05)...high + max(abs(high) * 0.1, 0.05) }
        let margin = (high - low) * 0.05
        // Bars stand on zero.
        return (low == 0 ? 0 : low - margin)...(high + margin)
    }

    /// Where a value is, in the units of ``range(of:)``.
    func place(_ value: Double) -> Double {
        if case .logarithmic = scale { return log10(max(value, .leastNormalMagnitude)) }
        return value
    }

    /// Places with a text, at most about `count` of them.
    func ticks(in range: ClosedRange<Double>, count: Int) -> [(place: Double, text: String)] {
        switch scale {
        case .names(let names): return names.enumerated().map { (Double($0), $1) }
        case .linear, .whole:
            var step = Self.step(range, count)
            if case .whole = scale { step = max(1, step) }
            return Self.multiples(of: step, in: range).map { ($0, Self.text($0, step)) }
        case .logarithmic:
            let whole = Self.multiples(of: max(1, Self.step(range, count)), in: range)
            if whole.count > 1 { return whole.map { ($0, Self.text(pow(10, $0), pow(10, $0))) } }
            // Less than two powers of ten: their multiples.
            return (Int(range.lowerBound.rounded(.down))...Int(range.upperBound.rounded(.up))).flatMap { power in
                [1.0, 2, 5].compactMap { digit -> (place: Double, text: String)? in
                    let value = digit * pow(10, Double(power))
                    return range.contains(log10(value)) ? (log10(value), Self.text(value, value)) : nil
                }
            }
        }
    }

    /// 1, 2 or 5 times a power of ten.
    private static func step(_ range: ClosedRange<Double>, _ count: Int) -> Double {
        let rough = (range.upperBound - range.lowerBound) / Double(max(1, count))
        let power = pow(10, floor(log10(rough)))
        return power * ([1, 2, 5].first { $0 * power >= rough } ?? 10)
    }

    private static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// A number with as many decimals as its step needs.
    private static func text(_ value: Double, _ step: Double) -> String {
        if abs(value) >= 1e6 || (abs(value) < 1e-4 && value != 0) {
            let power = Int(floor(log10(abs(value)) + 1e-9))
            return "\(Format.fixed(value / pow(10, Double(power)), 0))e\(power)"
        }
        let decimals = min(9, max(0, Int((-log10(abs(step)) - 1e-9).rounded(.up))))
        return decimals == 0 ? Format.grouped(Int(value.rounded())) : Format.fixed(value, decimals)
    }
}
