import CommandLine
import JSON
package import Models

extension ReportCard {
    /// The table for people, how it was measured under it.
    package func text() -> String {
        var table = Table([
            ("ranker", .left), ("AUC", .right), ("log loss", .right), ("NDCG@10", .right), ("ECE", .right),
            ("parameters", .right), ("MB", .right), ("resident MB", .right), ("µs for 200", .right),
        ])
        for row in rows {
            table.add([
                row.name, Format.fixed(row.auc, 4), Format.fixed(row.logLoss, 4), Format.fixed(row.ndcgAt10, 4),
                Format.fixed(row.calibrationError, 4), Format.grouped(row.parameters), Self.megabytes(row.bytes),
                Self.megabytes(row.residentBytes), Format.fixed(row.microseconds, 1),
            ])
        }
        return table.render() + method + "\n"
    }

    private static func megabytes(_ bytes: Int) -> String { Format.fixed(Double(bytes) / 1e6, 3) }
}

extension ReportCard.Row {
    /// One JSON object, with the names of `cascade evaluate --benchmark ctr --json`.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("name", name)
        writer.field("auc", auc)
        writer.field("logloss", logLoss)
        writer.field("ndcg@10", ndcgAt10)
        writer.field("ece", calibrationError)
        writer.field("parameters", parameters)
        writer.field("bytes", bytes)
        writer.field("resident_bytes", residentBytes)
        writer.field("us_200", microseconds)
        writer.endObject()
    }
}
