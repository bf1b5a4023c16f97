import Contracts
import Domain
import EventLog
import ItemFeatures
import Logging
import Metrics
import Synchronization
import TestSupport

/// The owner of the catalogue over a log that outlives it. Let go of without ``close()`` it is as if its process had been
/// killed: not even what the log's thread still holds writes on.
final class Owner: Sendable {
    let log: any EventLog
    let topics: Topics
    let items: ItemFeatures
    let metrics = MetricRegistry()
    private let feed: EventFeed
    private let stops: StopLog

    init(
        in directory: TemporaryDirectory, log: any EventLog, topics: Topics = Topics(),
        checkpointInterval: Int = 1_000_000, publication: ItemFeaturesConfiguration.Publication = .quick
    ) throws {
        self.log = log
        self.topics = topics
        let stops = StopLog()
        self.stops = stops
        items = try ItemFeatures(
            ItemFeaturesConfiguration(
                path: directory.file("items.sqlite"), topics: topics, checkpointInterval: checkpointInterval,
                publication: publication),
            log: log, logger: Logger(sink: Silence()), metrics: metrics,
            onStop: { stops.add($0) })
        feed = try EventFeed(log: log, topic: topics.userEvents, consumers: [items])
    }

    deinit {
        feed.close()
        items.abandon()
    }

    /// What it stopped for.
    var stopReasons: [ItemFeaturesError] { stops.all }

    func close() {
        feed.close()
        items.close()
    }

    /// Waits until all that is in the log is in the state.
    func settle() async throws {
        items.catchUp()
        let ends = try log.endPositions(topic: topics.userEvents)
        await eventually { ends.lanes.allSatisfy { items.eventPosition(lane: $0) >= ends[$0] } }
    }

    func send(_ events: [Event]) async throws {
        _ = try await log.append(events.map(\.record))
    }
}

/// Why owners stopped.
private final class StopLog: Sendable {
    private let reasons = Mutex<[ItemFeaturesError]>([])

    func add(_ reason: ItemFeaturesError) { reasons.withLock { $0.append(reason) } }

    var all: [ItemFeaturesError] { reasons.withLock { $0 } }
}

extension ItemFeaturesConfiguration.Publication {
    /// Statistics go out without pause.
    static var quick: Self { Self(statisticsInterval: 1) }
}

extension Event {
    /// What a producer that follows the rules sends.
    var record: NewRecord {
        NewRecord(topic: Topics().userEvents, key: user, value: EventJSON.encoded(self), timestamp: timestamp)
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
