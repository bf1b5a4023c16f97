import Charts
import CommandLine
import Training

extension ModelReport {
    /// Coverage, and on how popular items recommendations fall.
    var exposure: String {
        let title = "Coverage and popularity"
        guard let measured else { return Self.section(title, notMeasured) }
        let models = measured.result.models
        var table = HTMLTable([
            "model", "coverage@20", "Gini of exposure", "mean training users of a recommended item",
        ])
        for (model, exposure) in zip(models, measured.exposure) {
            table.add([
                model.name, Format.fixed(model.coverage, 4), Format.fixed(exposure.gini, 3),
                Format.fixed(exposure.meanPopularity, 1),
            ])
        }
        let groups = QualitySegments.groupNames
        func bars(_ name: String, _ shares: [Double]) -> Plot.Series {
            Plot.Series(name, .bars, shares.enumerated().map { (Double($0), 100 * $1) })
        }
        let shown = zip(models, measured.exposure).map { bars($0.0.name, $0.1.shares) }
        let axes = (
            x: Axis("items by training users, most popular first", scale: .names(groups)), y: Axis("share (%)")
        )
        let plots = [
            Plot("Recommendations by popularity of the item", x: axes.x, y: axes.y, shown),
            Plot("Training part", x: axes.x, y: axes.y, [bars("interactions", measured.trainingShares)]),
            Plot(
                "Coverage", x: Axis("model", scale: .names(models.map(\.name))), y: Axis("items shown to anyone (%)"),
                [Plot.Series("", .bars, models.enumerated().map { (Double($0), 100 * $1.coverage) })]),
        ]
        let note =
            "Coverage: share of the items in anyone's first 20. Gini: 0 when all items are recommended equally often, 1 when "
            + "one has everything. A model whose bars lie further left than those of the training part favours what is "
            + "popular already."
        return Self.section(title, Self.paragraph(note) + table.html + Self.plots(plots))
    }

    /// Quality by user's history and by the asked item's popularity.
    var segments: String {
        let title = "For whom, and for which items"
        guard let measured else { return Self.section(title, notMeasured) }
        let names = measured.result.models.map(\.name)
        let parts = [
            ("By history of the user", "items taken before", measured.byHistory),
            (
                "By popularity of the asked item", "items by training users, most popular first",
                measured.byItemPopularity
            ),
        ]
        let plots = parts.map { name, label, segments in
            Plot(
                name, x: Axis(label, scale: .names(segments.map(\.name))), y: Axis("NDCG@20, test"),
                names.indices.map { model in
                    Plot.Series(
                        names[model], .bars, segments.enumerated().map { (Double($0), $1.ndcgAt20[model]) })
                })
        }
        let tables = parts.map { name, label, segments in
            var table = HTMLTable(
                [label, "cases"] + names.map { "\($0) NDCG@20" } + names.map { "\($0) Recall@20" })
            for segment in segments {
                table.add(
                    [segment.name, Format.grouped(segment.cases)]
                        + (segment.ndcgAt20 + segment.recallAt20).map { Format.fixed($0, 4) })
            }
            return table.html
        }
        return Self.section(
            title,
            Self.paragraph("Averages over cases, each with one item to be found; small segments say little.")
                + Self.plots(plots) + tables.joined())
    }
}
