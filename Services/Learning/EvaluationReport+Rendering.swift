import CommandLine
import JSON
import Training

extension EvaluationReport {
    /// The table for people, the protocol under it.
    package func text() -> String {
        var table = Table([
            ("model", .left), ("Recall@20", .right), ("±", .right), ("NDCG@20", .right), ("HR@10", .right),
            ("NDCG@10", .right), ("coverage@20", .right), ("diversity@20", .right),
        ])
        for quality in result.models {
            table.add([
                quality.name, figure(quality.recallAt20), figure(quality.recallAt20StandardError),
                figure(quality.ndcgAt20), figure(quality.hitRateAt10), figure(quality.ndcgAt10),
                figure(quality.coverage), figure(quality.diversity),
            ])
        }
        return """
            \(table.render())
            model version \(version), \(Format.grouped(result.users)) users, \(Format.grouped(result.cases)) cases, \
            \(Format.grouped(result.items)) items, \(Format.fixed(seconds, 1)) s
            ± is the standard error of Recall@20 over users.

            Protocol: \(result.protocolText)

            """
    }

    private func figure(_ value: Double) -> String { Format.fixed(value, 4) }

    /// One JSON object for machines, with a line feed at its end: `protocol`, `users`, `items`, `models`.
    package func json() -> String {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.field("protocol", result.protocolText)
        writer.field("users", result.users)
        writer.field("items", result.items)
        writer.field("cases", result.cases)
        writer.field("version", version)
        writer.field("seconds", seconds)
        writer.name("models")
        writer.beginArray()
        for quality in result.models {
            writer.beginObject()
            writer.field("name", quality.name)
            writer.field("recall@20", quality.recallAt20)
            writer.field("ndcg@20", quality.ndcgAt20)
            writer.field("hr@10", quality.hitRateAt10)
            writer.field("ndcg@10", quality.ndcgAt10)
            writer.field("coverage", quality.coverage)
            writer.field("diversity", quality.diversity)
            writer.field("recall@20_standard_error", quality.recallAt20StandardError)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
