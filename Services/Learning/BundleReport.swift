import CommandLine
import JSON
package import ModelRegistry
import Models

/// What is known of a bundle from its manifest, ready to be shown.
package struct BundleReport: Sendable {
    package let version: String
    /// Whether it is the live one.
    package let isLive: Bool
    let manifest: BundleManifest

    /// Reads a bundle's manifest.
    package init(of version: String, in registry: ModelRegistry) throws {
        self.version = version
        isLive = try registry.active() == version
        manifest = try registry.manifest(of: version)
    }

    /// All bundles, in the order of their making.
    package static func all(in registry: ModelRegistry) throws -> [BundleReport] {
        try registry.versions().map { try BundleReport(of: $0, in: registry) }
    }

    /// Bytes of all files but the manifest.
    package var bytes: Int { manifest.files.values.reduce(0) { $0 + $1.size } }

    /// Figures by recommender and name, such as `ndcg@20` of `cascade`, on the validation part.
    package var quality: [(model: String, figures: [(name: String, value: Double)])] {
        var models: [String: [(name: String, value: Double)]] = [:]
        for (key, value) in manifest.description.quality.sorted(by: { $0.key < $1.key }) {
            guard let dot = key.firstIndex(of: ".") else { continue }
            models[String(key[..<dot]), default: []].append((String(key[key.index(after: dot)...]), value))
        }
        return models.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func figure(_ model: String, _ name: String) -> String {
        manifest.description.quality["\(model).\(name)"].map { Format.fixed($0, 4) } ?? "-"
    }

    /// A table of bundles for people.
    package static func text(_ reports: [BundleReport]) -> String {
        guard !reports.isEmpty else { return "There is no model yet: `cascade train` makes one.\n" }
        var table = Table([
            ("", .left), ("version", .left), ("made", .left), ("items", .right), ("events", .right), ("MB", .right),
            ("two-tower NDCG@20", .right), ("cascade NDCG@20", .right),
        ])
        for report in reports {
            let counts = report.manifest.description.counts
            table.add([
                report.isLive ? "live" : "", report.version, report.manifest.description.created,
                counts["items"].map { Format.grouped($0) } ?? "-", counts["events"].map { Format.grouped($0) } ?? "-",
                Format.fixed(Double(report.bytes) / 1e6, 1), report.figure("two-tower", "ndcg@20"),
                report.figure("cascade", "ndcg@20"),
            ])
        }
        return table.render() + "Figures are those of the validation part at the time of training.\n"
    }

    /// One bundle for people.
    package func text() -> String {
        var lines = [
            "model \(version)" + (isLive ? ", live" : ""),
            "made         \(manifest.description.created)",
            "trained on   \(manifest.description.trainingData)",
            "split        \(manifest.description.split)",
            "two-tower    \(manifest.twoTower.dimensions) dimensions, \(Format.grouped(manifest.twoTower.items)) items",
        ]
        if let ranker = manifest.ranker {
            lines.append(
                "ranker       floats, \(ranker.features.count) features, layers of \(ranker.hidden1) and \(ranker.hidden2)"
            )
        } else if let ranker = manifest.quantisedRanker {
            lines.append(
                "ranker       int8, \(ranker.features.count) features, layers of \(ranker.hidden1) and \(ranker.hidden2)"
            )
        } else {
            lines.append("ranker       none: candidates stay in the order of recall")
        }
        lines.append(
            "diversity    \(Format.fixed(Double(manifest.diversity ?? ModelBundle.usualDiversity), 2)), unless rerank.diversity or a request says otherwise"
        )
        lines.append("files        \(manifest.files.count), \(Format.grouped(bytes)) bytes")
        var table = Table([("validation", .left), ("figure", .left), ("value", .right)])
        for (model, figures) in quality {
            for (name, value) in figures { table.add([model, name, Format.fixed(value, 4)]) }
        }
        let card = manifest.description.card.map { "\n" + $0.text() } ?? ""
        return lines.map { $0 + "\n" }.joined() + (quality.isEmpty ? "" : "\n" + table.render()) + card
    }

    /// A list of bundles as one JSON object, with a line feed at its end.
    package static func json(_ reports: [BundleReport]) -> String {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.name("versions")
        writer.beginArray()
        for report in reports { report.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    /// The bundle as one JSON object, with a line feed at its end.
    package func json() -> String {
        var writer = JSONWriter(capacity: 4096)
        write(to: &writer)
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    private func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("version", version)
        writer.field("live", isLive)
        writer.field("created", manifest.description.created)
        writer.field("training_data", manifest.description.trainingData)
        writer.field("split", manifest.description.split)
        writer.field("bytes", bytes)
        writer.name("counts")
        writer.beginObject()
        for (name, count) in manifest.description.counts.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.integer(count)
        }
        writer.endObject()
        writer.name("models")
        writer.beginArray()
        for (model, figures) in quality {
            writer.beginObject()
            writer.field("name", model)
            for (name, value) in figures {
                writer.name(name)
                writer.double(value)
            }
            writer.endObject()
        }
        for row in manifest.description.card?.rows ?? [] { row.write(to: &writer) }
        writer.endArray()
        if let card = manifest.description.card { writer.field("ranking_protocol", card.method) }
        writer.endObject()
    }
}
