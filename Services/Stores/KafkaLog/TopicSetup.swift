internal import CRdKafka
internal import EventLog

/// Makes the topics that are not there, and checks those that are.
struct TopicSetup {
    let client: KafkaClient
    let configuration: KafkaLogConfiguration
    let watch: KafkaWatch
    private let clock = ContinuousClock()

    init(_ client: KafkaClient, _ configuration: KafkaLogConfiguration, _ watch: KafkaWatch) {
        self.client = client
        self.configuration = configuration
        self.watch = watch
    }

    /// - Throws: `unavailable` when no broker answers in time, `misconfigured` when a topic does not fit.
    func run() throws(LogError) {
        let deadline = clock.now + configuration.connectTimeout
        try connect(until: deadline)
        var found: [KafkaTopic] = []
        var missing: [KafkaTopic] = []
        for topic in configuration.topics {
            let partitions = try partitions(of: topic, until: deadline)
            guard let partitions else {
                missing.append(topic)
                continue
            }
            try check(topic, partitions)
            found.append(topic)
        }
        let requests = TopicRequests(client, configuration)
        // Another process may make them at the same time, in its own way.
        found += try requests.create(missing)
        let policies = try requests.cleanups(of: found) { unknown in
            watch.unexpected("kafka does not tell how long it keeps topics", unknown)
        }
        for (topic, policy) in policies { try check(topic, policy) }
        for topic in missing { try wait(for: topic, until: clock.now + configuration.connectTimeout) }
    }

    private func connect(until deadline: ContinuousClock.Instant) throws(LogError) {
        while KafkaTopicList(client, topic: nil, within: .milliseconds(250)) == nil {
            client.poll(milliseconds: 10)
            guard clock.now < deadline else {
                let reason = watch.lastReason.map { ": \($0)" } ?? ""
                throw LogError(
                    .unavailable,
                    "No Kafka broker answered at \(configuration.brokers) within \(configuration.connectTimeout)\(reason). "
                        + "Check CASCADE_KAFKA, that it is Kafka that listens there, and, if it asks for TLS or a login, "
                        + "CASCADE_KAFKA_OPTIONS.")
            }
        }
    }

    /// Nil when there is no such topic.
    private func partitions(of topic: KafkaTopic, until deadline: ContinuousClock.Instant) throws(LogError) -> Int? {
        while true {
            if let found = KafkaTopicList(client, topic: topic.name, within: .seconds(1))?.topics.first {
                switch found.error {
                case RD_KAFKA_RESP_ERR_NO_ERROR where found.partitions > 0: return found.partitions
                case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return nil
                case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: break
                default: throw LogError(kafka: found.error, "describe topic \(topic.name)")
                }
            }
            guard clock.now < deadline else {
                throw LogError(.unavailable, "Kafka did not describe topic \(topic.name) in time: try again.")
            }
        }
    }

    private func check(_ topic: KafkaTopic, _ partitions: Int) throws(LogError) {
        let expected = configuration.partitions
        guard partitions != expected else { return }
        throw LogError(
            .misconfigured,
            "Topic \(topic.name) has \(partitions) partitions, \(expected) expected: set CASCADE_PARTITIONS=\(partitions), "
                + "or use topics of another prefix (CASCADE_KAFKA_PREFIX); the number cannot change under stored state."
        )
    }

    private func check(_ topic: KafkaTopic, _ policy: String) throws(LogError) {
        let policies = policy.split(separator: ",")
        switch topic.cleanup {
        case .compacted:
            guard policies != ["compact"] else { return }
            throw LogError(
                .misconfigured,
                "Topic \(topic.name) has cleanup.policy=\(policy), so that Kafka would drop rows that are still needed: "
                    + "set cleanup.policy=compact on it.")
        case .retained:
            guard policies.contains("compact") else { return }
            throw LogError(
                .misconfigured,
                "Topic \(topic.name) has cleanup.policy=\(policy), so that Kafka would drop all but the last record of a "
                    + "key: set cleanup.policy=delete on it.")
        }
    }

    /// Waits until a new topic can be used.
    private func wait(for topic: KafkaTopic, until deadline: ContinuousClock.Instant) throws(LogError) {
        while try !isReady(topic) {
            guard clock.now < deadline else {
                throw LogError(.unavailable, "Topic \(topic.name) was made but has no leader yet: try again.")
            }
            client.poll(milliseconds: 20)
        }
    }

    private func isReady(_ topic: KafkaTopic) throws(LogError) -> Bool {
        let found = KafkaTopicList(client, topic: topic.name, within: .seconds(1))?.topics.first
        guard let found, found.isReady else { return false }
        try check(topic, found.partitions)
        return LeaderAnswers(client, topic: topic.name, partitions: found.partitions, within: .seconds(1)).areComplete
    }
}
