internal import EventLog

/// The client library's settings, by its own names, for each use that the log makes of it.
struct KafkaSettings {
    /// In the order in which they are set; a later one replaces an earlier one of its name.
    let all: [(name: String, value: String)]
    /// Values that must not show in messages.
    let secrets: [String]

    enum Purpose {
        /// Appends.
        case producing
        /// Asks for topics and where they end.
        case asking
        /// Reads a lane from a place to its end.
        case scanning
        /// Follows lanes as they grow.
        case following
    }

    /// - Throws: `misconfigured` for options that the log itself depends on.
    init(_ configuration: KafkaLogConfiguration, for purpose: Purpose) throws(LogError) {
        let options = configuration.options.sorted { $0.key < $1.key }
        for (name, _) in options where Self.isReserved(name) {
            throw LogError(
                .misconfigured,
                "The Kafka option \(name) is set by cascade itself: remove it from CASCADE_KAFKA_OPTIONS.")
        }
        secrets = Self.secrets(in: configuration)
        all =
            [("bootstrap.servers", configuration.brokers)] + Self.common + Self.settings(configuration, purpose)
            + options.map { ($0.key, $0.value) }
    }

    /// The values of options that tell something, and are long enough to be found in a text.
    static func secrets(in configuration: KafkaLogConfiguration) -> [String] {
        configuration.options.filter { name, value in
            let isNumberOrWord = value.allSatisfy { $0.isNumber } || choices.contains(name)
            let isSensitive = ["password", "secret", "key"].contains { name.contains($0) }
            return value.utf8.count > 2 && (isSensitive || !isNumberOrWord)
        }.map(\.value)
    }

    /// Options whose values are words of the library.
    private static let choices: Set = [
        "security.protocol", "sasl.mechanism", "sasl.mechanisms", "compression.type", "compression.codec",
        "isolation.level", "broker.address.family", "debug",
    ]

    private static let common = [
        ("client.id", "cascade"),
        ("reconnect.backoff.ms", "50"),
        ("reconnect.backoff.max.ms", "500"),
        ("api.version.request.timeout.ms", "3000"),
        ("socket.connection.setup.timeout.ms", "3000"),
        ("socket.timeout.ms", "10000"),
        ("socket.keepalive.enable", "true"),
        ("socket.nagle.disable", "true"),
        ("log.connection.close", "false"),
        ("allow.auto.create.topics", "false"),
    ]

    private static func settings(
        _ configuration: KafkaLogConfiguration, _ purpose: Purpose
    ) -> [(name: String, value: String)] {
        switch purpose {
        case .asking:
            return []
        case .producing:
            let timeout = String(configuration.deliveryTimeout.wholeMilliseconds)
            return [
                ("enable.idempotence", "true"),
                ("linger.ms", "0"),
                ("message.timeout.ms", timeout),
                ("request.timeout.ms", timeout),
                ("message.max.bytes", String(configuration.maximumRecordBytes + 4096)),
                // The log's own bounds are tighter.
                ("queue.buffering.max.messages", "10000000"),
                ("queue.buffering.max.kbytes", "2097151"),
            ]
        case .scanning:
            return consuming + [("fetch.message.max.bytes", "4194304"), ("queued.min.messages", "1000000")]
        case .following:
            return consuming
        }
    }

    private static let consuming = [
        ("enable.partition.eof", "true"),
        ("auto.offset.reset", "error"),
        ("enable.auto.commit", "false"),
        ("enable.auto.offset.store", "false"),
        // The broker answers at once when something comes; this is how long it holds an answer with nothing in it.
        ("fetch.wait.max.ms", "50"),
        ("fetch.error.backoff.ms", "100"),
    ]

    private static func isReserved(_ name: String) -> Bool {
        reserved.contains(name) || name.hasSuffix("_cb")
    }

    private static let reserved: Set = [
        "bootstrap.servers", "metadata.broker.list", "enable.idempotence", "acks", "request.required.acks",
        "partitioner",
        "message.timeout.ms", "delivery.timeout.ms", "message.max.bytes", "queue.buffering.max.messages",
        "queue.buffering.max.kbytes", "enable.partition.eof", "auto.offset.reset", "enable.auto.commit",
        "auto.commit.enable", "enable.auto.offset.store", "group.id", "transactional.id", "opaque", "interceptors",
        "default_topic_conf", "log.queue", "allow.auto.create.topics", "delivery.report.only.error",
        "enable.background.events", "plugin.library.paths",
    ]
}

extension Duration {
    /// At least one.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
