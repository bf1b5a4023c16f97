import CommandLine
import JSON

/// Figures of a public benchmark.
package struct BenchmarkReport: Sendable {
    /// A figure by the name that scripts use, such as `recall@20`.
    package struct Figure: Sendable {
        package let name: String
        package let value: Double
        /// Decimals in the table; a figure without any is a whole number in JSON, too.
        package let decimals: Int

        package init(_ name: String, _ value: Double, decimals: Int = 4) {
            self.name = name
            self.value = value
            self.decimals = decimals
        }
    }

    /// A model and its figures in the order in which they are shown, the same for each model of a report.
    package struct Model: Sendable {
        package let name: String
        package let figures: [Figure]

        /// The value of a figure, nil where the model has none of this name.
        package func value(_ name: String) -> Double? { figures.first { $0.name == name }?.value }
    }

    package let benchmark: Benchmark
    /// What was measured on what, and how settings were chosen.
    package let `protocol`: String
    /// From the first step of the training to its last, the choice of settings included.
    package let trainingSeconds: Double
    package let threads: Int
    package let models: [Model]

    /// The table for people, the protocol under it.
    package func text() -> String {
        let names = models.first?.figures.map(\.name) ?? []
        var table = Table([("model", .left)] + names.map { ($0, .right) })
        for model in models { table.add([model.name] + model.figures.map { Format.fixed($0.value, $0.decimals) }) }
        return """
            \(table.render())
            trained in \(Format.fixed(trainingSeconds, 1)) s with \(threads) threads

            Protocol: \(`protocol`)

            """
    }

    /// One JSON object with a line feed at its end.
    package func json() -> String {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writer.field("benchmark", benchmark.rawValue)
        writer.field("protocol", `protocol`)
        writer.field("train_s", trainingSeconds)
        writer.field("threads", threads)
        writer.name("models")
        writer.beginArray()
        for model in models {
            writer.beginObject()
            writer.field("name", model.name)
            for figure in model.figures {
                writer.name(figure.name)
                if figure.decimals == 0 {
                    writer.integer(Int64(figure.value.rounded()))
                } else {
                    writer.double(figure.value)
                }
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endLine()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
