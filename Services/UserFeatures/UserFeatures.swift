import Checkpoint
package import Contracts
package import Deadline
import Domain
package import EventLog
package import Logging
package import Metrics

/// The role *user-features*: what each user did, folded from the log.
///
/// Memory holds the states of all users (some 1.5 KB for 64 interactions, and 4 bytes more for each item seen), the log is
/// the truth, `users.sqlite` a checkpoint: changed rows, each once, and the position that they belong to, in one
/// transaction on a thread of its own. A start loads it and replays the rest of the log, and comes to the very state, bit
/// for bit, that an uninterrupted run would have. Events come by an `EventFeed`.
package final class UserFeatures: UserFeaturesService, EventConsumer {
    private let core: UserFeaturesCore
    private let log: any EventLog
    private let topic: String
    private let worker: PeriodicWorker

    /// Loads the checkpoint and ends the erasures that an earlier run began.
    /// - Parameter catalogue: knows the items' numbers; it must be fed before this role.
    /// - Throws: `CheckpointError` when `users.sqlite` cannot be used, `LogError` when the log cannot be changed.
    package static func open(
        _ configuration: UserFeaturesConfiguration, log: any EventLog, catalogue: any ItemCatalogue, logger: Logger,
        metrics: MetricRegistry
    ) async throws -> UserFeatures {
        let users = try UserFeatures(
            configuration, log: log, catalogue: catalogue, logger: logger, metrics: metrics)
        for user in try users.core.store.erasures() { _ = try await users.erase(user) }
        return users
    }

    private init(
        _ configuration: UserFeaturesConfiguration, log: any EventLog, catalogue: any ItemCatalogue, logger: Logger,
        metrics: MetricRegistry
    ) throws {
        let core = try UserFeaturesCore(
            store: UserStore(path: configuration.path, maximumFileBytes: configuration.maximumFileBytes),
            catalogue: catalogue, weights: configuration.weights,
            limits: configuration.limits, metrics: UserFeaturesMetrics(metrics), logger: logger)
        self.core = core
        self.log = log
        topic = configuration.topics.userEvents
        worker = PeriodicWorker(intervalMilliseconds: configuration.checkpointInterval) { [weak core] in
            core?.checkpoint() ?? true
        }
        metrics.computedGauge("cascade_users", help: "Users whose state is in memory.") { [weak core] in
            Double(core?.table.count ?? 0)
        }
        metrics.consumerLag(log, topic, role: "user-features") { [weak core] in core?.position }
    }

    deinit { worker.stop() }

    /// Writes a last checkpoint. The feed of events must have been closed before.
    package func close() {
        worker.stop()
        _ = core.checkpoint()
    }

    package func states(of users: [String], by deadline: Deadline) async -> [UserLookup] {
        users.map { UserLookup(core.table.state(of: $0)) }
    }

    /// Erases a user everywhere: from the log, from memory and from the checkpoint, so that no file holds a byte of it.
    ///
    /// Events that the log has taken in before the erasure are erased, those after it are a new beginning. A note in the
    /// checkpoint makes sure that the next start ends what a crash interrupts.
    /// - Returns: whether anything was known of the user.
    package func erase(_ user: String) async throws -> Bool {
        let core = core
        try await worker.perform { try core.store.noteErasure(of: user) }
        let hadState = core.table.state(of: user) != nil
        let records = try await log.eraseRecords(topic: topic, key: user) { core.table.remove(user) }
        try await worker.perform { try core.finishErasures() }
        let wasKnown = hadState || records > 0
        if wasKnown { core.metrics.erased.add() }
        return wasKnown
    }

    package func eventPosition(lane: Int) -> LogPosition { core.position }

    package func consume(_ batch: EventBatch) {
        core.apply(batch)
        worker.request()
    }

    /// Writes a checkpoint now. For the end of an import.
    /// - Returns: whether it could be written.
    @discardableResult
    package func flush() async throws -> Bool {
        let core = core
        return try await worker.perform { core.checkpoint() }
    }
}
