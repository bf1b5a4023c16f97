import Charts
import CommandLine
import Models
import Training

extension ModelReport {
    /// The page: one file that needs nothing else, no scripts, no fonts, no network; light or dark as the reader's system is.
    package func html() -> String {
        let title = "Model \(bundle.version)"
        let sections = [quality, curves, ladder, exposure, segments].joined()
        let text = measured.map { "<h2>Protocol</h2>\n<p>\(Markup.escaped($0.result.protocolText))</p>\n" } ?? ""
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <title>\(Markup.escaped(title))</title>
            <style>
            \(Plot.style)\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>\(Markup.escaped(title))</h1>
            <p>\(summary)</p>
            \(sections)\(text)</main>
            </body>
            </html>

            """
    }

    private static let style = """
        body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        main{max-width:1120px;margin:0 auto;padding:16px}
        h1{font-size:24px;margin:8px 0}h2{font-size:18px;margin:32px 0 8px}p{max-width:75ch;color:var(--soft)}
        .plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:16px}
        .plot{width:100%;height:auto;display:block}.wide{overflow-x:auto}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:8px 0}
        th,td{padding:4px 12px 4px 0;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
        th{color:var(--soft);font-weight:500}th:first-child,td:first-child{text-align:left}

        """

    private var summary: String {
        let manifest = bundle.manifest
        let description = manifest.description
        return Markup.escaped(
            "Made \(description.created)\(bundle.isLive ? ", live" : "") from \(description.trainingData). "
                + "\(manifest.twoTower.dimensions) dimensions, \(Format.grouped(manifest.twoTower.items)) items with an "
                + "embedding, \(Format.grouped(bundle.bytes)) bytes. Split: \(description.split).")
    }

    static func section(_ title: String, _ body: String) -> String { "<h2>\(Markup.escaped(title))</h2>\n\(body)" }

    static func paragraph(_ text: String) -> String { "<p>\(Markup.escaped(text))</p>\n" }

    static func plots(_ plots: [Plot]) -> String {
        "<div class=\"plots\">\n\(plots.map { $0.element() }.joined())</div>\n"
    }

    /// In the place of what an evaluation would have given.
    var notMeasured: String { Self.paragraph("Nothing was measured on the test part: \(reason).") }

    private var quality: String {
        guard let measured else { return Self.section("Quality", notMeasured) }
        var table = HTMLTable([
            "model", "Recall@20", "± (standard error)", "NDCG@20", "HR@10", "NDCG@10", "coverage@20", "diversity@20",
        ])
        for model in measured.result.models {
            table.add(
                [model.name]
                    + [
                        model.recallAt20, model.recallAt20StandardError, model.ndcgAt20, model.hitRateAt10,
                        model.ndcgAt10,
                        model.coverage, model.diversity,
                    ].map { Format.fixed($0, 4) })
        }
        return Self.section(
            "Quality",
            Self.paragraph(
                "On the test part: \(Format.grouped(measured.result.users)) users, "
                    + "\(Format.grouped(measured.result.cases)) cases, \(Format.grouped(measured.result.items)) items.")
                + table.html)
    }
}
