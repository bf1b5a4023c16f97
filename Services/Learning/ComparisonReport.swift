import CommandLine
import JSON
package import Training

/// Two bundles side by side on the same cases, ready to be shown.
package struct ComparisonReport: Sendable {
    /// One figure of one recommender in both bundles.
    package struct Row: Sendable, Equatable {
        /// Such as `cascade`.
        package let model: String
        /// Such as `ndcg@20`.
        package let metric: String
        package let first: Double
        package let second: Double
        /// second − first over the users.
        package let test: PairedTest
    }

    package let first: String
    package let second: String
    package let protocolText: String
    package let users: Int
    package let cases: Int
    package let rows: [Row]
    /// From the first record read to the last figure.
    package let seconds: Double

    /// A report of an evaluation in which the recommenders of the first bundle come before the same of the second.
    init(first: String, second: String, result: Evaluator.Result, seconds: Double) {
        self.first = first
        self.second = second
        protocolText = result.protocolText
        users = result.users
        cases = result.cases
        self.seconds = seconds
        let count = result.models.count / 2
        rows = (0..<count).flatMap { place in
            Self.metrics.map { name, figure in
                let figures = [place, count + place].map { result.byUser[$0].map(figure) }
                return Row(
                    model: result.models[place].name, metric: name, first: Self.mean(figures[0]),
                    second: Self.mean(figures[1]), test: PairedTest(figures[0], figures[1]))
            }
        }
    }

    private static let metrics: [(String, @Sendable (UserQuality) -> Double)] = [
        ("recall@20", \.recallAt20), ("ndcg@20", \.ndcgAt20), ("hr@10", \.hitRateAt10), ("ndcg@10", \.ndcgAt10),
    ]

    private static func mean(_ figures: [Double]) -> Double {
        figures.reduce(0, +) / Double(max(1, figures.count))
    }

    /// The table for people.
    package func text() -> String {
        var table = Table([
            ("model", .left), ("figure", .left), (first, .right), (second, .right), ("difference", .right),
            ("±", .right), ("p", .right),
        ])
        for row in rows {
            table.add([
                row.model, row.metric, Format.fixed(row.first, 4), Format.fixed(row.second, 4),
                (row.test.difference > 0 ? "+" : "") + Format.fixed(row.test.difference, 4),
                Format.fixed(row.test.standardError, 4), Format.fixed(row.test.p, 4),
            ])
        }
        return """
            \(table.render())
            \(Format.grouped(users)) users, \(Format.grouped(cases)) cases, \(Format.fixed(seconds, 1)) s
            ± is the standard error of the difference over users; p is how often chance alone makes one as large (paired
            randomisation test, two-sided). A difference with p above 0.05 may well be none.

            Protocol: \(protocolText)

            """
    }

    /// One JSON object for machines, with a line feed at its end.
    package func json() -> String {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.field("protocol", protocolText)
        writer.field("users", users)
        writer.field("cases", cases)
        writer.name("versions")
        writer.beginArray()
        writer.string(first)
        writer.string(second)
        writer.endArray()
        writer.name("figures")
        writer.beginArray()
        for row in rows {
            writer.beginObject()
            writer.field("model", row.model)
            writer.field("figure", row.metric)
            writer.field("first", row.first)
            writer.field("second", row.second)
            writer.field("difference", row.test.difference)
            writer.field("standard_error", row.test.standardError)
            writer.field("p", row.test.p)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
