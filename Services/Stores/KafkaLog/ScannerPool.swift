internal import EventLog
internal import Synchronization

/// Connections that read from a place to the end, kept for the next reader.
final class ScannerPool: Sendable {
    private let configuration: KafkaLogConfiguration
    private let watch: KafkaWatch
    private let idle = Mutex<[KafkaClient]?>([])
    private static let kept = 2

    init(_ configuration: KafkaLogConfiguration, _ watch: KafkaWatch) {
        self.configuration = configuration
        self.watch = watch
    }

    /// Gives `body` a connection that nobody else uses meanwhile.
    func withClient<Result>(_ body: (KafkaClient) throws -> Result) throws -> Result {
        let kept = try idle.withLock { clients throws(LogError) -> KafkaClient? in
            guard clients != nil else { throw .kafkaIsClosed }
            return clients?.popLast()
        }
        let client = try kept ?? KafkaClient(.scanning, configuration, watch)
        defer {
            idle.withLock { clients in
                if let count = clients?.count, count < Self.kept { clients?.append(client) }
            }
        }
        return try body(client)
    }

    func close() {
        // Ending connections takes a while: outside the lock.
        let clients = idle.withLock { clients in
            defer { clients = nil }
            return clients
        }
        _ = consume clients
    }
}
