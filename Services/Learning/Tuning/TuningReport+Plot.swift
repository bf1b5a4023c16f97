import Charts
import Training

extension TuningReport {
    /// The best score so far, and for each setting, the most important first, the scores of its values: an SVG file.
    package func plot() -> String {
        let finished = trials.enumerated().filter { $0.element.score != nil }
        let shares = Set(trials.map(\.share)).sorted(by: >)
        var best = 0.0
        var rising: [(x: Double, y: Double)] = []
        for (place, trial) in finished where trial.share == 1 {
            best = max(best, trial.score ?? 0)
            rising.append((Double(place + 1), best))
        }
        var plots = [
            Plot(
                "Best with all epochs so far", x: Axis("trials", scale: .whole), y: Axis("NDCG@20 on validation"),
                [Plot.Series("", .line, rising)])
        ]
        let ranks = importance
        let ordered =
            ranks.isEmpty ? settings : ranks.compactMap { TunedSetting(rawValue: $0.name) }
        for setting in ordered {
            let share = ranks.first { $0.name == setting.rawValue }.map { Int(($0.share * 100).rounded()) }
            let scale: Axis.Scale =
                switch setting.domain {
                case .logarithmic, .choice: .logarithmic
                case .linear: .linear
                }
            plots.append(
                Plot(
                    setting.rawValue + (share.map { ": explains \($0) %" } ?? ""),
                    x: Axis("training.\(setting.rawValue)", scale: scale), y: Axis("NDCG@20 on validation"),
                    shares.map { share in
                        Plot.Series(
                            Self.share(share) + (share == 1 ? " epochs" : ""), .points,
                            finished.filter { $0.element.share == share }.compactMap { _, trial in
                                guard let value = trial.values[setting.rawValue],
                                    value > 0 || !Self.isLogarithmic(scale)
                                else { return nil }
                                return (value, trial.score ?? 0)
                            })
                    }))
        }
        return Plot.file(plots)
    }

    private static func isLogarithmic(_ scale: Axis.Scale) -> Bool {
        if case .logarithmic = scale { return true }
        return false
    }
}
