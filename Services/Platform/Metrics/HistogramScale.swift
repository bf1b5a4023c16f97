/// What a histogram's whole numbers mean in the scraped text, and at which bounds it is cut there.
package struct HistogramScale: Sendable, Equatable {
    /// How many units recorded make one scraped: a second has `1e9` nanoseconds. A divisor, not a factor, so that the
    /// bounds read `1.024e-06` and not `1.0240000000000001e-06`.
    package var divisor: Double

    /// Upper bounds in units recorded, ascending. Exact when up to 256 or powers of two.
    package var bounds: [UInt64]

    /// Bounds of `scale`.
    package init(divisor: Double, bounds: [UInt64]) {
        self.divisor = divisor
        self.bounds = bounds
    }

    /// Nanoseconds recorded, seconds scraped: powers of two from 2^10 ns (1 µs) to 2^34 ns (17 s).
    package static let seconds = HistogramScale(divisor: 1e9, bounds: (10...34).map { 1 << $0 })

    /// Counts, as they are: powers of two from 1 to 2^16.
    package static let counts = HistogramScale(divisor: 1, bounds: (0...16).map { 1 << $0 })
}
