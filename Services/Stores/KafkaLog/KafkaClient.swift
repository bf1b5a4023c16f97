internal import CRdKafka
internal import EventLog
internal import Synchronization

/// A connection to Kafka for one purpose, with its topics.
// The library's handles may be used by any thread.
final class KafkaClient: @unchecked Sendable {
    let handle: OpaquePointer
    private let watch: Unmanaged<KafkaWatch>
    private let topics = Mutex<[String: TopicHandle]>([:])

    // The library's handle, which any thread may use.
    private struct TopicHandle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// - Throws: `misconfigured` with the library's own words for what it does not accept.
    init(_ purpose: KafkaSettings.Purpose, _ configuration: KafkaLogConfiguration, _ watch: KafkaWatch) throws(LogError)
    {
        let settings = try KafkaSettings(configuration, for: purpose)
        guard let conf = rd_kafka_conf_new() else { throw LogError(.inputOutput, "There is no memory for Kafka.") }
        do {
            for (name, value) in settings.all { try Self.set(conf, name, value, settings) }
        } catch {
            rd_kafka_conf_destroy(conf)
            throw error
        }
        let retained = Unmanaged.passRetained(watch)
        rd_kafka_conf_set_opaque(conf, retained.toOpaque())
        rd_kafka_conf_set_log_cb(conf) { client, level, facility, text in
            KafkaClient.watch(of: client)?.log(level: level, facility: facility, text: text)
        }
        if purpose != .scanning {
            // A client with this call has to be polled; one without writes errors to its log.
            rd_kafka_conf_set_error_cb(conf) { client, code, reason, _ in
                KafkaClient.watch(of: client)?.error(client: client, code: code, reason: reason)
            }
        }
        if purpose == .producing {
            rd_kafka_conf_set_dr_msg_cb(conf) { _, message, _ in
                if let message { PendingAppend.finish(message.pointee) }
            }
        }
        var reason = [CChar](repeating: 0, count: 512)
        let kind = purpose == .producing ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let handle = rd_kafka_new(kind, conf, &reason, reason.count) else {
            rd_kafka_conf_destroy(conf)
            retained.release()
            throw LogError(.misconfigured, "Kafka: \(Self.text(reason).hiding(settings.secrets)).")
        }
        self.handle = handle
        self.watch = retained
    }

    deinit {
        topics.withLock { topics in
            for topic in topics.values { rd_kafka_topic_destroy(topic.pointer) }
        }
        rd_kafka_destroy(handle)
        watch.release()
    }

    /// The library's handle of a topic, good as long as the client.
    func topic(_ name: String) -> OpaquePointer {
        topics.withLock { topics in
            if let topic = topics[name] { return topic }
            let topic = TopicHandle(pointer: rd_kafka_topic_new(handle, name, nil))
            topics[name] = topic
            return topic
        }.pointer
    }

    /// Makes the calls that wait for this thread; waits for one. Returns after `milliseconds` at most.
    func poll(milliseconds: Int32) {
        rd_kafka_poll(handle, milliseconds)
    }

    private static func watch(of client: OpaquePointer?) -> KafkaWatch? {
        guard let client, let opaque = rd_kafka_opaque(client) else { return nil }
        return Unmanaged<KafkaWatch>.fromOpaque(opaque).takeUnretainedValue()
    }

    private static func set(
        _ conf: OpaquePointer, _ name: String, _ value: String, _ settings: KafkaSettings
    ) throws(LogError) {
        var reason = [CChar](repeating: 0, count: 512)
        guard rd_kafka_conf_set(conf, name, value, &reason, reason.count) != RD_KAFKA_CONF_OK else { return }
        throw LogError(
            .misconfigured,
            "\(text(reason).hiding(settings.secrets + [value])) (see CASCADE_KAFKA and CASCADE_KAFKA_OPTIONS).")
    }

    private static func text(_ reason: [CChar]) -> String {
        String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
