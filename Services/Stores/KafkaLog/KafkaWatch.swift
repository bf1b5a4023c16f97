internal import CRdKafka
internal import EventLog
internal import Logging
internal import Metrics
internal import Synchronization

/// What all connections of a log report to: log lines, errors, and through them the log's idea of whether Kafka is there.
final class KafkaWatch: Sendable {
    let metrics: KafkaMetrics
    let health: KafkaHealth
    private let logger: Logger
    /// What must not show in a line.
    private let secrets: [String]
    private let limits = Mutex<[String: LogRateLimit]>([:])
    private let last = Mutex<String?>(nil)
    private static let intervalMilliseconds: Int64 = 10_000
    private static let maximumFacilities = 64

    init(_ configuration: KafkaLogConfiguration, _ logger: Logger, _ metrics: KafkaMetrics) {
        self.logger = logger
        secrets = KafkaSettings.secrets(in: configuration)
        self.metrics = metrics
        health = KafkaHealth()
    }

    /// The last thing that went wrong, in the library's words.
    var lastReason: String? { last.withLock { $0 } }

    /// A line of the library's log, each kind once in ten seconds.
    func log(level: Int32, facility: UnsafePointer<CChar>?, text: UnsafePointer<CChar>?) {
        guard let facility, let text else { return }
        let kind = String(cString: facility)
        // Options for appending on a connection that reads, and the other way round: they are meant for all.
        guard kind != "CONFWARN" else { return }
        let message = String(cString: text).hiding(secrets)
        if level <= 4 { last.withLock { $0 = Self.withoutThread(message) } }
        guard let suppressed = admit(kind) else { return }
        let level: LogLevel = level <= 2 ? .error : level <= 4 ? .warning : level <= 6 ? .info : .debug
        logger.log(
            level, "kafka client",
            ["kafka.kind": .init(kind), "kafka.text": .init(message), "suppressed": .init(suppressed)])
    }

    /// An error that is of a connection, not of a call.
    func error(client: OpaquePointer?, code: Int32, reason: UnsafePointer<CChar>?) {
        let error = rd_kafka_resp_err_t(rawValue: code)
        metrics.countError(error)
        if let reason, error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN {
            let text = String(cString: reason).hiding(secrets)
            last.withLock { $0 = text }
        }
        switch error {
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: health.suspect(.disconnected)
        case RD_KAFKA_RESP_ERR__FATAL: health.suspect(.producerFailed)
        default: break
        }
    }

    /// Records that retention removed before they were read.
    func gap(topic: String, lane: Int, records: Int64) {
        metrics.skipped.add(UInt64(max(0, records)))
        logger.warning(
            "kafka's retention removed records before they were read",
            ["topic": .init(topic), "lane": .init(lane), "records": .init(records)])
    }

    func unexpected(_ message: StaticString, _ error: rd_kafka_resp_err_t) {
        metrics.countError(error)
        guard let suppressed = admit("\(message)") else { return }
        logger.warning(message, ["error": .init(error.text), "suppressed": .init(suppressed)])
    }

    func changed(isUp: Bool) {
        if isUp {
            logger.info("kafka is there again")
        } else {
            metrics.outages.add()
            logger.warning("kafka does not answer", ["reason": .init(lastReason ?? "no answer in time")])
        }
    }

    func producerReplaced() { logger.warning("the connection that appends to kafka was made anew") }

    private func admit(_ kind: String) -> Int? {
        let limit = limits.withLock { limits -> LogRateLimit? in
            if let limit = limits[kind] { return limit }
            guard limits.count < Self.maximumFacilities else { return nil }
            let limit = LogRateLimit(intervalMilliseconds: Self.intervalMilliseconds)
            limits[kind] = limit
            return limit
        }
        return limit?.admit()
    }

    /// Lines begin with the thread's name in brackets and the address twice.
    private static func withoutThread(_ line: String) -> String {
        guard line.hasPrefix("[thrd:"), let end = line.firstIndex(of: "]") else { return line }
        return String(line[line.index(after: end)...].drop { $0 == ":" || $0 == " " })
    }
}
