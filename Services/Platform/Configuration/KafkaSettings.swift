/// The Kafka cluster that stands in for the embedded log (section `kafka`).
package struct KafkaSettings: Sendable, Equatable, Codable {
    /// Brokers to begin with, `HOST:PORT` with commas in between; nil: the embedded log is used.
    package var brokers: String?

    /// What the topics' names begin with: `PREFIX.user-events` and so on.
    package var prefix = "cascade"

    /// Partitions of each topic; topics that are there must have as many.
    package var partitions = 8

    /// Copies that a topic gets when it is made; 0 leaves it to the broker.
    package var replication = 0

    /// Properties of the client library, such as `security.protocol`, as they are.
    package var options: [String: String] = [:]

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        brokers = try section.value("brokers", default: brokers)
        prefix = try section.value("prefix", default: prefix)
        partitions = try section.value("partitions", default: partitions)
        replication = try section.value("replication", default: replication)
        options = try section.value("options", default: NamedTexts(byName: [:])).byName
        try section.refuseUnknownKeys()
    }

    func check(_ check: inout ConfigurationCheck) {
        for address in (brokers ?? "").split(separator: ",", omittingEmptySubsequences: false)
        where brokers != nil && HostPort(String(address)) == nil {
            check.require(
                false, "kafka.brokers (CASCADE_KAFKA) has '\(address)'; HOST:PORT is expected, with commas in between.")
        }
        check.require(
            !prefix.isEmpty && prefix.utf8.count <= 200 && prefix.utf8.allSatisfy(Self.isAllowed),
            "kafka.prefix (CASCADE_KAFKA_PREFIX) is '\(prefix)'; 1 to 200 letters, digits, '.', '_' and '-' are expected."
        )
        check.require("kafka.partitions (CASCADE_PARTITIONS)", partitions, in: 1...1_024)
        check.require("kafka.replication", replication, in: 0...32)
        check.require(options.count <= 200, "kafka.options has \(options.count) properties; 200 are allowed.")
    }

    /// What a topic's name may hold.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Whether a property's value is a secret, which is printed nowhere.
    static func isSecret(_ property: String) -> Bool {
        ["password", "secret", "key.pem", "token", "jaas"].contains { property.contains($0) }
    }

    /// The properties of a text `name=value,name=value`; `\,` stands for a comma in a value.
    /// - Returns: nil when a part has no name.
    static func options(from text: String) -> [String: String]? {
        var parts: [String] = [""]
        var isEscaped = false
        for character in text {
            switch character {
            case "," where !isEscaped: parts.append("")
            case "\\" where !isEscaped:
                isEscaped = true
                continue
            default:
                if isEscaped, character != ",", character != "\\" { parts[parts.count - 1].append("\\") }
                parts[parts.count - 1].append(character)
            }
            isEscaped = false
        }
        var options: [String: String] = [:]
        for part in parts where !part.isEmpty {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty else { return nil }
            options[String(pair[0])] = String(pair[1])
        }
        return options
    }
}
