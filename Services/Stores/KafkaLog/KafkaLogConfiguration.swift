package import EventLog

/// Where Kafka is, what the log uses of it, and its limits.
package struct KafkaLogConfiguration: Sendable {
    /// `host:port`, several with commas.
    package var brokers: String
    /// The topics; no others are read or written.
    package var topics: [KafkaTopic]
    /// Partitions of each topic. A topic that is there with another number is an error.
    package var partitions = 8
    /// Copies that Kafka keeps of the topics made by the log; nil leaves the number to the broker's own setting.
    package var replicas: Int?
    /// Further settings for the client library, by its own names: what security needs, for example. Names it does not
    /// know, and those the log itself depends on, are errors. Values never show in messages.
    package var options: [String: String] = [:]
    /// Records that may wait for their acknowledgement; more are refused as `overloaded`.
    package var maximumQueuedRecords = 65_536
    /// Bytes of keys, values and headers that may wait for their acknowledgement.
    package var maximumQueuedBytes = 64 << 20
    /// Bytes of the key, value and headers of one record.
    package var maximumRecordBytes = 1_000_000
    /// Records of a bulk append that are sent before waiting for their acknowledgements.
    package var bulkRecords = 16_384
    /// How long opening waits for a broker that answers.
    package var connectTimeout = Duration.seconds(10)
    /// How long an append waits for its acknowledgements, give or take a second.
    package var deliveryTimeout = Duration.seconds(5)
    /// How long a question (where a lane ends, the next records) may go without an answer.
    package var queryTimeout = Duration.seconds(5)

    package init(brokers: String, topics: [KafkaTopic]) {
        self.brokers = brokers
        self.topics = topics
    }

    /// Reads `name=value,name=value`; a value may hold `=`, and `\,` stands for a comma in it.
    /// - Throws: `misconfigured`, with the place, never with a value.
    package static func options(parsing text: String) throws(LogError) -> [String: String] {
        var options: [String: String] = [:]
        for (index, part) in split(text).enumerated() {
            let part = part.trimmed
            if part.isEmpty { continue }
            guard let equals = part.firstIndex(of: "="), equals > part.startIndex else {
                throw LogError(
                    .misconfigured, "Kafka option \(index + 1) is not of the form name=value (separated by commas).")
            }
            options[String(part[..<equals]).trimmed] = String(part[part.index(after: equals)...])
        }
        return options
    }

    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var isEscaped = false
        for character in text {
            if isEscaped {
                parts[parts.count - 1] += character == "," ? "," : "\\\(character)"
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        if isEscaped { parts[parts.count - 1] += "\\" }
        return parts
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
