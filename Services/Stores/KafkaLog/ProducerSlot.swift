internal import EventLog
internal import Synchronization

/// The connection that appends at the moment: one that cannot go on is replaced.
final class ProducerSlot: Sendable {
    private let configuration: KafkaLogConfiguration
    private let watch: KafkaWatch
    /// Nil when closed.
    private let producer: Mutex<Producer?>

    init(_ configuration: KafkaLogConfiguration, _ watch: KafkaWatch) throws(LogError) {
        self.configuration = configuration
        self.watch = watch
        producer = Mutex(try Producer(configuration, watch))
    }

    /// - Throws: `closed`.
    func current() throws(LogError) -> Producer {
        guard let producer = producer.withLock({ $0 }) else { throw .kafkaIsClosed }
        return producer
    }

    /// Puts a new connection in the place of the one there is, which gives up what was not acknowledged.
    func replace() throws(LogError) {
        let new = try Producer(configuration, watch)
        let old = producer.withLock { producer in
            defer { if producer != nil { producer = new } }
            return producer
        }
        (old ?? new).close(within: .zero)
    }

    /// No connection from now on. - Returns: the last one, once.
    func take() -> Producer? {
        producer.withLock { producer in
            defer { producer = nil }
            return producer
        }
    }
}
