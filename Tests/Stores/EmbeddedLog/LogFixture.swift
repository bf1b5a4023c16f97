import EmbeddedLog
import EventLog
import Foundation
import Synchronization
import TestSupport

/// A folder with a log in it, and records to put there.
final class LogFixture {
    let files: TemporaryDirectory
    var path: String { "\(files.path)/log.sqlite" }
    static let topic = "test.events"

    init() throws {
        files = try TemporaryDirectory()
    }

    func open(_ change: (inout EmbeddedLogConfiguration) -> Void = { _ in }) throws(LogError) -> EmbeddedLog {
        var configuration = EmbeddedLogConfiguration()
        configuration.pageCacheBytes = 4 << 20
        change(&configuration)
        return try EmbeddedLog(path: path, configuration: configuration)
    }

    static func record(
        _ number: Int, key: String? = nil, id: String?? = nil, topic: String = topic, bytes: Int = 0
    ) -> NewRecord {
        NewRecord(
            topic: topic, key: key ?? "u\(number % 50)", id: id ?? "id-\(number)",
            value: Array("{\"n\":\(number)}".utf8) + [UInt8](repeating: 0x20, count: bytes),
            timestamp: Int64(1000 + number))
    }

    static func records(_ range: Range<Int>) -> [NewRecord] {
        range.map { record($0) }
    }
}

extension EventLog {
    /// Every record of a topic, read in pages of a size that does not divide anything.
    func all(_ topic: String = LogFixture.topic) throws -> [LogRecord] {
        var records: [LogRecord] = []
        while true {
            let page = try read(topic: topic, lane: 0, after: records.last?.position ?? .start, limit: 37)
            if page.isEmpty { return records }
            records += page
        }
    }
}

/// What a consumer was given.
final class Collected: Sendable {
    private let stored = Mutex<[LogRecord]>([])

    var records: [LogRecord] { stored.withLock { $0 } }

    func add(_ records: [LogRecord]) {
        stored.withLock { $0 += records }
    }
}
