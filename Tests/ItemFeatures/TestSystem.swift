import Contracts
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures
import Logging
import Metrics
import Synchronization
import TestSupport

/// A log and the role over it, in a folder. Let go of without ``close()`` it is as if the process had been killed.
final class TestSystem: Sendable {
    let directory: TemporaryDirectory
    let log: EmbeddedLog
    let items: ItemFeatures
    let metrics: MetricRegistry
    let feed: EventFeed

    init(
        in directory: TemporaryDirectory, checkpointInterval: Int = 1_000_000, maximumFileBytes: Int? = nil,
        sink: any LogSink = Silence()
    ) throws {
        self.directory = directory
        metrics = MetricRegistry()
        log = try EmbeddedLog(path: directory.file("log.sqlite"))
        var configuration = ItemFeaturesConfiguration(path: directory.file("items.sqlite"))
        configuration.checkpointInterval = checkpointInterval
        configuration.maximumFileBytes = maximumFileBytes
        items = try ItemFeatures(
            configuration, log: log, logger: Logger(sink: sink), metrics: metrics, now: { 1_700_000_000_000 })
        feed = try EventFeed(log: log, topic: Topics().userEvents, consumers: [items])
    }

    // A log that is open holds its consumers, and so the role.
    deinit { log.close() }

    func close() {
        feed.close()
        items.close()
        log.close()
    }

    func send(_ events: [Event]) async throws {
        _ = try await log.append(
            events.map {
                NewRecord(
                    topic: Topics().userEvents, key: $0.user, id: $0.id, value: EventJSON.encoded($0),
                    timestamp: $0.timestamp)
            })
    }
}

/// Drops log lines.
struct Silence: LogSink {
    func write(_ line: String) {}
}

/// Keeps log lines.
final class Lines: LogSink {
    private let lines = Mutex<[String]>([])

    func write(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }
}
