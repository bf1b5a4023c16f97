/// How much of the differences between trials each parameter alone explains.
///
/// For each parameter a quadratic in its place of the domain is fitted to the scores by least squares, with a constant of
/// its own for each share of the epochs, for longer training is better whatever else is set. The importance is the adjusted
/// coefficient of determination of what these constants leave, 1 − (1 − R²)·(n − g)/(n − g − 2) for n trials of g shares,
/// at least 0: about zero for a parameter that does nothing (Wherry, Annals of Mathematical Statistics 1931). What
/// parameters do together is not seen.
public struct ParameterImportance: Sendable, Equatable {
    /// The parameter's name.
    public let name: String
    /// Share of the variance, 0…1.
    public let share: Double
    /// Trials that it rests on.
    public let trials: Int

    /// Fewer trials say nothing.
    public static let minimum = 8

    /// The importance of each parameter, the highest first; nothing for fewer than ``minimum`` trials. O(trials × parameters).
    public static func all(of parameters: [HyperParameter], in trials: [TuningTrial]) -> [ParameterImportance] {
        let finished = trials.filter { $0.score != nil }
        // Of a share with one trial nothing can be learned.
        let used = finished.filter { trial in finished.count { $0.share == trial.share } > 1 }
        guard used.count >= minimum else { return [] }
        let (scores, shares) = (used.map { $0.score ?? 0 }, used.map(\.share))
        return parameters.map { parameter in
            let places = used.map { parameter.place(of: $0.values[parameter.name] ?? 0) }
            return ParameterImportance(
                name: parameter.name, share: explained(scores, by: places, within: shares), trials: used.count)
        }.sorted { ($1.share, $0.name) < ($0.share, $1.name) }
    }

    /// Adjusted R² of y ~ group + x + x²: everything is centred within its group first (Frisch & Waugh 1933).
    private static func explained(_ y: [Double], by x: [Double], within groups: [Double]) -> Double {
        func centred(_ values: [Double]) -> [Double] {
            var sums: [Double: (sum: Double, count: Double)] = [:]
            for (value, group) in zip(values, groups) {
                let old = sums[group] ?? (0, 0)
                sums[group] = (old.sum + value, old.count + 1)
            }
            return zip(values, groups).map { value, group in
                let (sum, count) = sums[group] ?? (0, 1)
                return value - sum / count
            }
        }
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let (y, first) = (centred(y), centred(x))
        let total = product(y, y)
        let spread = product(first, first)
        guard total > 0, spread > 1e-12 else { return 0 }
        var residual = y.enumerated().map { $1 - product(y, first) / spread * first[$0] }
        // The square, without what is linear in it (Gram–Schmidt).
        let square = centred(x.map { $0 * $0 })
        let along = product(square, first) / spread
        let second = square.enumerated().map { $1 - along * first[$0] }
        let curvature = product(second, second)
        if curvature > 1e-12 {
            let slope = product(residual, second) / curvature
            residual = residual.enumerated().map { $1 - slope * second[$0] }
        }
        let unexplained = product(residual, residual) / total
        let freedom = Double(y.count - Set(groups).count)
        return max(0, 1 - unexplained * freedom / max(1, freedom - 2))
    }
}
