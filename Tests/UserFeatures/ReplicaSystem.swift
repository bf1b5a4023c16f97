import Contracts
import Deadline
import Domain
import EventLog
import Foundation
import Logging
import Metrics
import Synchronization
import TestSupport
import UserFeatures

/// A replica of user-features over a log that outlives it. Let go of without ``close()`` it is as if it had been killed.
final class ReplicaSystem: Sendable {
    let users: UserFeaturesReplica
    let metrics = MetricRegistry()
    private let feed: EventFeed
    private let log: any EventLog
    private let stops = StopLog()

    init(
        in directory: TemporaryDirectory, log: any EventLog, topics: Topics = Topics(),
        catalogue: any ItemCatalogue = TestCatalogue(items: 100), replica: (index: Int, count: Int) = (0, 1),
        checkpointInterval: Int = 1_000_000, ownerCheckInterval: Int = 1_000_000, maximumFileBytes: Int? = nil,
        limits: UserState.Limits = UserState.Limits(history: 8, seen: 20), sink: any LogSink = Silence()
    ) async throws {
        self.log = log
        var configuration = UserFeaturesReplicaConfiguration(
            directory: directory.path, topics: topics, replica: replica, limits: limits,
            checkpointInterval: checkpointInterval, ownerCheckInterval: ownerCheckInterval)
        configuration.maximumFileBytes = maximumFileBytes
        let stops = stops
        users = try await UserFeaturesReplica.open(
            configuration, log: log, catalogue: catalogue, logger: Logger(sink: sink), metrics: metrics
        ) { stops.add($0) }
        feed = try EventFeed(log: log, topic: topics.userEvents, lanes: users.lanes, consumers: [users])
    }

    // Not even what the log's thread still holds writes on.
    deinit {
        feed.close()
        users.abandon()
    }

    /// What it stopped for.
    var stopReasons: [UserFeaturesError] { stops.all }

    func close() {
        feed.close()
        users.close()
    }

    func state(of user: String) async throws -> UserState? {
        try await users.states(of: [user], by: .never)[0].get()
    }

    /// Waits until everything in its lanes is in its states, its own forwarded records included.
    func catchUp(_ topic: String = Topics().userEvents) async throws {
        try await eventually {
            try users.lanes.allSatisfy { try users.eventPosition(lane: $0) == log.endPosition(topic: topic, lane: $0) }
        }
    }

    func counts(_ line: String) -> Bool { metrics.render().contains(line) }
}

/// Why replicas stopped.
final class StopLog: Sendable {
    private let reasons = Mutex<[UserFeaturesError]>([])

    func add(_ reason: UserFeaturesError) { reasons.withLock { $0.append(reason) } }

    var all: [UserFeaturesError] { reasons.withLock { $0 } }
}
