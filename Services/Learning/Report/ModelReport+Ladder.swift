import Charts
import CommandLine
import Models

extension ModelReport {
    /// From the first ranker to the one that serves: size, quality, speed.
    var ladder: String {
        let title = "The rankers, from the first to the one that serves"
        guard let card = bundle.manifest.description.card, !card.rows.isEmpty else {
            return Self.section(
                title, Self.paragraph("The bundle has no report card: nothing was held out to measure rankers on."))
        }
        var table = HTMLTable([
            "ranker", "AUC", "log loss", "NDCG@10", "calibration error", "parameters", "bytes", "resident bytes",
            "µs for 200 candidates",
        ])
        for row in card.rows {
            table.add(
                [row.name]
                    + [row.auc, row.logLoss, row.ndcgAt10, row.calibrationError].map { Format.fixed($0, 4) }
                    + [row.parameters, row.bytes, row.residentBytes].map { Format.grouped($0) }
                    + [Format.fixed(row.microseconds, 1)])
        }
        let x = Axis("ranker", scale: .names(card.rows.map(\.name)))
        func plot(_ title: String, _ label: String, _ style: Plot.Series.Style, _ value: (ReportCard.Row) -> Double)
            -> Plot
        {
            Plot(
                title, x: x, y: Axis(label),
                [Plot.Series("", style, card.rows.enumerated().map { (Double($0), value($1)) })])
        }
        let plots = [
            plot("Size", "kilobytes", .bars) { Double($0.bytes) / 1e3 },
            plot("Time for 200 candidates", "µs, one thread", .bars, \.microseconds),
            plot("Quality", "AUC, validation", .line, \.auc), plot("Quality", "log loss (nats)", .line, \.logLoss),
        ]
        return Self.section(title, Self.paragraph(card.method) + table.html + Self.plots(plots))
    }
}
