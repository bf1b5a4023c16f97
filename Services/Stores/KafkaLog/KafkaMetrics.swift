internal import CRdKafka
internal import Metrics
internal import Synchronization

/// What the log counts.
final class KafkaMetrics: Sendable {
    let produced: Counter
    let failed: Counter
    let refused: Counter
    let consumed: Counter
    let skipped: Counter
    let outages: Counter
    private let registry: MetricRegistry
    private let errors = Mutex<[Int32: Counter]>([:])

    init(_ registry: MetricRegistry) {
        self.registry = registry
        produced = registry.counter("cascade_kafka_produced_total", help: "Records that Kafka acknowledged.")
        failed = registry.counter(
            "cascade_kafka_failed_total", help: "Records that were sent to Kafka and not acknowledged.")
        refused = registry.counter(
            "cascade_kafka_refused_total", help: "Records not sent, as Kafka was known to be away or too much waited.")
        consumed = registry.counter("cascade_kafka_consumed_total", help: "Records read from Kafka.")
        skipped = registry.counter(
            "cascade_kafka_skipped_total", help: "Records that retention removed before they were read.")
        outages = registry.counter("cascade_kafka_outages_total", help: "Times that Kafka stopped answering.")
    }

    func watch(_ queue: AppendQueue, _ health: KafkaHealth) {
        registry.computedGauge(
            "cascade_kafka_waiting_records", help: "Records that wait for Kafka's acknowledgement."
        ) {
            Double(queue.records)
        }
        registry.computedGauge("cascade_kafka_up", help: "Whether Kafka answers, as far as is known.") {
            health.isDown ? 0 : 1
        }
    }

    func countError(_ error: rd_kafka_resp_err_t) {
        errors.withLock { errors in
            if let counter = errors[error.rawValue] { return counter }
            let counter = registry.counter(
                "cascade_kafka_errors_total", help: "Errors that Kafka or the way to it reported, by code.",
                labels: ["code": error.name])
            errors[error.rawValue] = counter
            return counter
        }.add()
    }
}
