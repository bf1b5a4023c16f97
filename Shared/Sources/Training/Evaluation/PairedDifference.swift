/// By how much the second of two recommenders is better for the same users, and how sure that is.
struct PairedDifference: Sendable, Equatable {
    /// Second − first, for each user.
    let differences: [Double]
    /// Their mean.
    let mean: Double
    /// Standard error of the mean.
    let standardError: Double

    /// Compares figures of the same users in the same order. O(users).
    init(_ first: [Double], _ second: [Double]) {
        precondition(first.count == second.count, "not the same users")
        differences = zip(first, second).map { $1 - $0 }
        let n = Double(max(1, differences.count))
        let mean = differences.reduce(0, +) / n
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, n - 1)
        self.mean = mean
        standardError = (variance / n).squareRoot()
    }
}
