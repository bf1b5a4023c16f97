/// What a histogram's whole numbers mean in the scraped text, and at which bounds it is cut there.
package struct HistogramScale: Sendable, Equatable {
    /// The scraped unit in units recorded: seconds from nanoseconds are `1e-9`.
    package var factor: Double

    /// Upper bounds in units recorded, ascending. Exact when up to 256 or powers of two.
    package var bounds: [UInt64]

    /// Bounds of `scale`.
    package init(factor: Double, bounds: [UInt64]) {
        self.factor = factor
        self.bounds = bounds
    }

    /// Nanoseconds recorded, seconds scraped: powers of two from 2^10 ns (1 µs) to 2^34 ns (17 s).
    package static let seconds = HistogramScale(factor: 1e-9, bounds: (10...34).map { 1 << $0 })

    /// Counts, as they are: powers of two from 1 to 2^16.
    package static let counts = HistogramScale(factor: 1, bounds: (0...16).map { 1 << $0 })
}
