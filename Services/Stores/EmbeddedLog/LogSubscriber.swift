internal import EventLog
internal import Synchronization

/// A consumer, as the writer knows it.
final class LogSubscriber: Sendable {
    let topic: String
    private let isCancelled = Atomic(false)
    private let deliverRecords: @Sendable ([LogRecord]) -> Void

    init(topic: String, deliver: @escaping @Sendable ([LogRecord]) -> Void) {
        self.topic = topic
        deliverRecords = deliver
    }

    var isActive: Bool { !isCancelled.load(ordering: .acquiring) }

    func cancel() {
        isCancelled.store(true, ordering: .releasing)
    }

    func deliver(_ records: [LogRecord]) {
        if isActive, !records.isEmpty { deliverRecords(records) }
    }
}
