import EventLog
import KafkaLog
import Logging
import Metrics
import Synchronization
import TestSupport

/// Topics of a test's own on some broker, and what the log said.
final class KafkaPlace: Sendable {
    let address: String
    let events: String
    let rows: String
    let lines = Lines()
    let metrics = MetricRegistry()

    init(_ address: String) {
        self.address = address
        let prefix = KafkaServer.uniquePrefix()
        events = "\(prefix).events"
        rows = "\(prefix).rows"
    }

    func open(_ change: (inout KafkaLogConfiguration) -> Void = { _ in }) throws(LogError) -> KafkaLog {
        var configuration = KafkaLogConfiguration(
            brokers: address, topics: [KafkaTopic(events, .retained()), KafkaTopic(rows, .compacted)])
        configuration.partitions = 2
        configuration.connectTimeout = .seconds(60)
        configuration.deliveryTimeout = .seconds(60)
        configuration.queryTimeout = .seconds(60)
        change(&configuration)
        return try KafkaLog(configuration, logger: Logger(sink: lines), metrics: metrics)
    }

    func record(_ number: Int, partition: Int? = nil, bytes: Int = 0) -> NewRecord {
        NewRecord(
            topic: events, key: "user-\(number)", value: Array("\(number)".utf8) + [UInt8](repeating: 32, count: bytes),
            timestamp: Int64(1_700_000_000_000 + number), partition: partition)
    }

    /// The value of a metric, by the beginning of its line.
    func metric(_ name: String) -> Double {
        let lines = metrics.render().split(separator: "\n")
        return lines.filter { $0.hasPrefix(name) }.compactMap { Double($0.split(separator: " ").last ?? "") }.reduce(
            0, +)
    }

    /// The error that a call throws, nil when it throws none.
    static func error(_ body: () async throws -> Void) async -> LogError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? LogError
        }
    }

    final class Lines: LogSink {
        private let lines = Mutex<[String]>([])

        var text: String { lines.withLock { $0.joined(separator: "\n") } }

        func write(_ line: String) { lines.withLock { $0.append(line) } }
    }
}

/// What a consumer was given.
final class Numbers: Sendable {
    private let stored = Mutex<[Int]>([])

    var all: [Int] { stored.withLock { $0 } }

    func add(_ records: [LogRecord]) {
        stored.withLock { $0 += records.map { Int($0.timestamp - 1_700_000_000_000) } }
    }
}
