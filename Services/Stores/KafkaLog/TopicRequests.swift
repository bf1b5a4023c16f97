internal import CRdKafka
internal import EventLog

/// The administrative requests that the log makes.
struct TopicRequests {
    private let client: KafkaClient
    private let configuration: KafkaLogConfiguration

    init(_ client: KafkaClient, _ configuration: KafkaLogConfiguration) {
        self.client = client
        self.configuration = configuration
    }

    /// Makes topics. - Returns: those that somebody else had made meanwhile.
    func create(_ topics: [KafkaTopic]) throws(LogError) -> [KafkaTopic] {
        guard !topics.isEmpty else { return [] }
        var requests = try topics.map { (topic) throws(LogError) in try request(topic) } as [OpaquePointer?]
        defer { rd_kafka_NewTopic_destroy_array(&requests, requests.count) }
        let event = try ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, "create its topics") { options, queue in
            rd_kafka_CreateTopics(client.handle, &requests, requests.count, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        var existing: [KafkaTopic] = []
        for result in UnsafeBufferPointer(start: results, count: count) {
            guard let result, let name = rd_kafka_topic_result_name(result).map({ String(cString: $0) }) else {
                continue
            }
            switch rd_kafka_topic_result_error(result) {
            case RD_KAFKA_RESP_ERR_NO_ERROR: break
            case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: existing += topics.filter { $0.name == name }
            case let error:
                let detail = rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? error.text
                throw LogError(
                    error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT ? .unavailable : .misconfigured,
                    "Kafka did not create topic \(name): \(detail). Create it with \(configuration.partitions) partitions, "
                        + "or allow cascade to do so.")
            }
        }
        return existing
    }

    /// The cleanup policy of topics. Where Kafka does not tell, `onUnknown` is called, and the topic is left out.
    func cleanups(
        of topics: [KafkaTopic], onUnknown: (rd_kafka_resp_err_t) -> Void
    ) throws(LogError) -> [(topic: KafkaTopic, policy: String)] {
        guard !topics.isEmpty else { return [] }
        var resources = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0.name) }
        defer { rd_kafka_ConfigResource_destroy_array(&resources, resources.count) }
        let event: OpaquePointer
        do throws(LogError) {
            event = try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "describe its topics") { options, queue in
                rd_kafka_DescribeConfigs(client.handle, &resources, resources.count, options, queue)
            }
        } catch {
            // A cluster may keep its settings to itself; the log works without.
            onUnknown(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
            return []
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
        var policies: [(KafkaTopic, String)] = []
        for result in UnsafeBufferPointer(start: results, count: count) {
            guard let result, let name = rd_kafka_ConfigResource_name(result).map({ String(cString: $0) }),
                let topic = topics.first(where: { $0.name == name })
            else { continue }
            let error = rd_kafka_ConfigResource_error(result)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let policy = Self.value(of: "cleanup.policy", in: result) else {
                onUnknown(error)
                continue
            }
            policies.append((topic, policy))
        }
        return policies
    }

    private static func value(of setting: String, in resource: OpaquePointer) -> String? {
        var count = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &count)
        for entry in UnsafeBufferPointer(start: entries, count: count) {
            guard let entry, let name = rd_kafka_ConfigEntry_name(entry), String(cString: name) == setting else {
                continue
            }
            return rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) }
        }
        return nil
    }

    private func request(_ topic: KafkaTopic) throws(LogError) -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: 256)
        guard
            let request = rd_kafka_NewTopic_new(
                topic.name, Int32(configuration.partitions), Int32(configuration.replicas ?? -1), &reason, reason.count)
        else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw LogError(.misconfigured, "Topic \(topic.name) cannot be made: \(text).")
        }
        switch topic.cleanup {
        case .compacted:
            rd_kafka_NewTopic_set_config(request, "cleanup.policy", "compact")
            // Only whole segments are compacted: a smaller one keeps what a new follower reads near the size of the rows.
            rd_kafka_NewTopic_set_config(request, "segment.bytes", "67108864")
        case .retained(let time):
            rd_kafka_NewTopic_set_config(request, "cleanup.policy", "delete")
            let milliseconds = time.map { String($0.wholeMilliseconds) } ?? "-1"
            rd_kafka_NewTopic_set_config(request, "retention.ms", milliseconds)
        }
        return request
    }

    /// Makes a request and waits for its answer. - Returns: the answer, to be destroyed.
    private func ask(
        _ operation: rd_kafka_admin_op_t, _ action: String,
        _ request: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(LogError) -> OpaquePointer {
        let milliseconds = Int32(configuration.connectTimeout.wholeMilliseconds)
        let options = rd_kafka_AdminOptions_new(client.handle, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var reason = [CChar](repeating: 0, count: 256)
        rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, &reason, reason.count)
        if operation == RD_KAFKA_ADMIN_OP_CREATETOPICS {
            rd_kafka_AdminOptions_set_operation_timeout(options, milliseconds, &reason, reason.count)
        }
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        request(options, queue)
        guard let event = rd_kafka_queue_poll(queue, milliseconds + 1000) else {
            throw LogError(.unavailable, "Kafka did not \(action) in time: try again.")
        }
        let error = rd_kafka_event_error(event)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
            rd_kafka_event_destroy(event)
            throw LogError(kafka: error, action)
        }
        return event
    }
}
