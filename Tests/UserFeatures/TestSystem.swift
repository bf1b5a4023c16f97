import Contracts
import Deadline
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures
import Logging
import Metrics
import Synchronization
import UserFeatures
import TestSupport

/// A log with both roles over it, in a folder. Let go of without ``close()`` it is as if the process had been killed.
final class TestSystem: Sendable {
    let directory: TemporaryDirectory
    let log: EmbeddedLog
    let items: ItemFeatures
    let users: UserFeatures
    let metrics = MetricRegistry()
    let feed: EventFeed

    init(
        in directory: TemporaryDirectory, checkpointInterval: Int = 1_000_000, maximumFileBytes: Int? = nil,
        limits: UserState.Limits = UserState.Limits(), sink: any LogSink = Silence()
    ) async throws {
        self.directory = directory
        let logger = Logger(sink: sink)
        log = try EmbeddedLog(path: directory.file("log.sqlite"))
        items = try ItemFeatures(
            ItemFeaturesConfiguration(path: directory.file("items.sqlite"), checkpointInterval: checkpointInterval),
            log: log, logger: logger, metrics: metrics)
        var configuration = UserFeaturesConfiguration(path: directory.file("users.sqlite"), limits: limits)
        configuration.checkpointInterval = checkpointInterval
        configuration.maximumFileBytes = maximumFileBytes
        users = try await UserFeatures.open(
            configuration, log: log, catalogue: items, logger: logger, metrics: metrics)
        feed = try EventFeed(log: log, topic: Topics().userEvents, consumers: [items, users])
    }

    // A log that is open holds its consumers, and so the roles.
    deinit { log.close() }

    func close() {
        feed.close()
        users.close()
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

    func state(of user: String) async throws -> UserState? {
        try await users.states(of: [user], by: .never)[0].get()
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
