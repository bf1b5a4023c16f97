/// The samples of a Prometheus text, by name with labels as they are written: `cascade_batch_size_sum`,
/// `cascade_stage_cpu_seconds_total{stage="recall"}`.
package struct MetricsScrape: Sendable, Equatable {
    package private(set) var samples: [String: Double] = [:]

    /// Reads what can be read; other lines are skipped.
    package init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            samples[String(line[..<space])] = value
        }
    }

    /// The samples of `name` by the value of `label`, when they have no other.
    func values(of name: String, by label: String) -> [String: Double] {
        let prefix = "\(name){\(label)=\""
        var result: [String: Double] = [:]
        for (key, value) in samples where key.hasPrefix(prefix) && key.hasSuffix("\"}") {
            result[String(key.dropFirst(prefix.count).dropLast(2))] = value
        }
        return result
    }
}
