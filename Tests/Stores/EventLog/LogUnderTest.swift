import EmbeddedLog
import EventLog
import KafkaLog
import Logging
import Metrics
import TestSupport
import Testing

/// The logs that the same tests run against.
enum LogKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case embedded
    case kafka

    /// Those that can be run here.
    static let available = KafkaServer.isAvailable ? allCases : [.embedded]

    var testDescription: String { rawValue }
}

/// A place for a log of some kind, empty at first, with two topics.
final class LogUnderTest: Sendable {
    static let partitions = 4
    let kind: LogKind
    /// Keeps what comes.
    let events: String
    /// Keeps the last record of each key.
    let rows: String
    private let files: TemporaryDirectory

    init(_ kind: LogKind) throws {
        self.kind = kind
        let prefix = KafkaServer.uniquePrefix()
        events = "\(prefix).events"
        rows = "\(prefix).rows"
        files = try TemporaryDirectory()
    }

    /// Opens it, also again after it was closed.
    func open() throws -> any EventLog {
        switch kind {
        case .embedded:
            var configuration = EmbeddedLogConfiguration()
            configuration.partitions = Self.partitions
            configuration.pageCacheBytes = 4 << 20
            return try EmbeddedLog(path: files.file("log.sqlite"), configuration: configuration)
        case .kafka:
            var configuration = KafkaLogConfiguration(
                brokers: try KafkaServer.shared().address,
                topics: [KafkaTopic(events, .retained()), KafkaTopic(rows, .compacted)])
            configuration.partitions = Self.partitions
            // Other tests keep the machine busy.
            configuration.connectTimeout = .seconds(60)
            configuration.deliveryTimeout = .seconds(60)
            configuration.queryTimeout = .seconds(60)
            return try KafkaLog(configuration, logger: Logger(level: .error), metrics: MetricRegistry())
        }
    }

    /// A record of the first topic, told apart by its number, which is its timestamp too.
    func record(_ number: Int, key: String? = nil, partition: Int? = nil) -> NewRecord {
        NewRecord(
            topic: events, key: key ?? "user-\(number % 23)", id: "id-\(number)",
            value: Array("{\"n\":\(number)}".utf8),
            timestamp: Int64(1_700_000_000_000 + number), partition: partition)
    }

    func records(_ numbers: Range<Int>) -> [NewRecord] { numbers.map { record($0) } }
}

extension EventLog {
    /// Every record of a lane, read in pages of a size that does not divide anything.
    func all(_ topic: String, lane: Int, pages: Int = 37) throws -> [LogRecord] {
        var records: [LogRecord] = []
        while true {
            let page = try read(topic: topic, lane: lane, after: records.last?.position ?? .start, limit: pages)
            if page.isEmpty { return records }
            records += page
        }
    }

    /// Every record of all lanes.
    func all(_ topic: String) throws -> [LogRecord] {
        try (0..<lanes).flatMap { try all(topic, lane: $0, pages: 500) }
    }
}

extension NewRecord {
    var number: Int { Int(timestamp) - 1_700_000_000_000 }
}

extension LogRecord {
    var number: Int { Int(timestamp) - 1_700_000_000_000 }
}
