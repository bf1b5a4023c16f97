import Charts
import CommandLine
import Models

extension ModelReport {
    /// Loss and quality by epoch.
    var curves: String {
        let title = "Learning curves"
        guard let curves = bundle.manifest.description.curves else {
            return Self.section(title, Self.paragraph("The bundle is of a build that did not keep them."))
        }
        guard curves.format == LearningCurves.currentFormat else {
            return Self.section(
                title,
                Self.paragraph(
                    "They are kept in format \(curves.format), this build reads format \(LearningCurves.currentFormat)."
                ))
        }
        var phases: [String] = []
        for point in curves.points where !phases.contains(point.phase) { phases.append(point.phase) }
        let plots = phases.flatMap { phase in
            let points = curves.points.filter { $0.phase == phase }
            let x = Axis("epoch", scale: .whole)
            let loss = Plot(
                "\(phase): loss", x: x, y: Axis("mean loss (nats)"),
                [Plot.Series("", .line, points.map { (Double($0.epoch), $0.loss) })])
            let figures = points.compactMap { point in
                point.figures["ndcg@20"].map { (x: Double(point.epoch), y: $0) }
            }
            guard !figures.isEmpty else { return [loss] }
            return [
                loss,
                Plot("\(phase): quality", x: x, y: Axis("NDCG@20, validation"), [Plot.Series("", .line, figures)]),
            ]
        }
        let note =
            "After each epoch of each part of the training, the quality on the validation part; the best epoch is kept. "
            + "A ranker's quality is that of its order of the candidates."
        return Self.section(title, Self.paragraph(note) + Self.plots(plots))
    }
}
