import Checkpoint
package import Contracts
package import Deadline
import Domain
package import EventLog
package import Logging
package import Metrics

/// The role *user-features* where the log is Kafka: one of several replicas, with the users of its partitions.
///
/// Memory holds the states, the log is the truth, a file for each partition a checkpoint of both; every row also goes to
/// the changelog, from which a replica with an empty disk goes on. Events come by an `EventFeed` over ``lanes``:
///
///     let users = try await UserFeaturesReplica.open(configuration, log: log, catalogue: items, …) { error in … exit(1) }
///     let feed = try EventFeed(log: log, topic: topics.userEvents, lanes: users.lanes, consumers: [users])
///     // at the end, in this order
///     feed.close()
///     users.close()
///
/// An event takes effect once, whatever is killed when: a repeated one is known by its id among the user's newest 64. Records
/// outside their user's partition are forwarded there once; what cannot be taken in goes to the dead-letter topic.
package final class UserFeaturesReplica: UserFeaturesService, EventConsumer {
    private let core: ReplicaCore
    private let log: any EventLog
    private let worker: PeriodicWorker

    /// Claims the replica's partitions, loads their checkpoints, and rebuilds from the changelog those that are not there.
    /// - Parameters:
    ///   - catalogue: knows the items' numbers; it must have caught up before.
    ///   - onStop: called once, on a thread of the replica's, when another process has taken a partition over: nothing is
    ///     taken in, answered or written any more, and the process should end with an error.
    /// - Throws: `CheckpointError` when a file cannot be used, `UserFeaturesError` when the changelog cannot be read,
    ///   `LogError`.
    package static func open(
        _ configuration: UserFeaturesReplicaConfiguration, log: any EventLog, catalogue: any ItemCatalogue,
        logger: Logger, metrics: MetricRegistry, onStop: @escaping @Sendable (UserFeaturesError) -> Void
    ) async throws -> UserFeaturesReplica {
        precondition(!log.isDeduplicating, "the embedded log is for `UserFeatures`")
        let replicaMetrics = ReplicaMetrics(metrics)
        let outbox = Outbox(log: log, metrics: replicaMetrics, logger: logger)
        let shared = ReplicaShared(
            topics: configuration.topics, weights: configuration.weights, limits: configuration.limits,
            catalogue: catalogue, outbox: outbox, metrics: replicaMetrics,
            failures: CheckpointFailureLog(logger: logger))
        var lanes: [UserLane] = []
        for number in 0..<log.partitions where number % configuration.replica.count == configuration.replica.index {
            let opening = LaneOpening(
                partition: UserPartition(number: number, count: log.partitions), configuration: configuration, log: log,
                shared: shared, logger: logger)
            lanes.append(try await opening.run())
        }
        let core = ReplicaCore(
            lanes: lanes, partitions: log.partitions, configuration: configuration, shared: shared, logger: logger,
            onStop: onStop)
        return UserFeaturesReplica(core, configuration, log, metrics)
    }

    private init(
        _ core: ReplicaCore, _ configuration: UserFeaturesReplicaConfiguration, _ log: any EventLog,
        _ metrics: MetricRegistry
    ) {
        self.core = core
        self.log = log
        worker = PeriodicWorker(intervalMilliseconds: configuration.checkpointInterval) { [weak core] in
            // Always to be run again: the owner is looked at also when nothing happens.
            core?.work() ?? true
        }
        worker.request()
        metrics.computedGauge("cascade_users", help: "Users whose state is in memory.") { [weak core] in
            Double(core?.lanes.reduce(0) { $0 + $1.table.count } ?? 0)
        }
        metrics.computedGauge(
            "cascade_user_outbox_records", help: "Forwarded records and dead letters that wait to be written."
        ) { [weak core] in Double(core?.shared.outbox.count ?? 0) }
        for lane in core.lanes {
            let number = log.lane(of: lane.partition.number)
            metrics.consumerLag(log, configuration.topics.userEvents, lane: number, role: "user-features") {
                [weak lane] in lane?.position
            }
        }
    }

    deinit { abandon() }

    /// The lanes of events that are to be fed to it.
    package var lanes: [Int] { core.lanes.map { log.lane(of: $0.partition.number) } }

    /// The partitions whose users it has.
    package var partitions: [Int] { core.lanes.map(\.partition.number) }

    /// Why it has stopped, nil while it has not.
    package var stopReason: UserFeaturesError? { core.stopReason }

    /// Writes last checkpoints. The feed of events must have been closed before.
    package func close() {
        worker.stop()
        _ = core.checkpoint()
        core.shared.outbox.stop()
    }

    /// Ends without writing anything more, as a kill would: what a process does that has been taken over.
    package func abandon() {
        core.shared.outbox.stop()
        worker.stop()
    }

    package func states(of users: [String], by deadline: Deadline) async -> [UserLookup] {
        if let stopReason { return users.map { _ in .unavailable(stopReason) } }
        return users.map { user in
            do {
                return UserLookup(try core.lane(of: user).table.state(of: user))
            } catch {
                return .unavailable(error)
            }
        }
    }

    /// Erases a user: state, checkpoint and changelog. The events stay in their topic until its retention removes them,
    /// and have no effect any more.
    ///
    /// An event of type `Event.erasureType` goes through the log, so that every reader forgets the user at the same place.
    /// - Returns: whether anything was known of the user.
    /// - Throws: `LogError` when the log does not take it, ``UserFeaturesError`` when the user is another replica's.
    package func erase(_ user: String) async throws -> Bool {
        if let stopReason { throw stopReason }
        let lane = try core.lane(of: user)
        let wasKnown = lane.table.state(of: user) != nil
        let position = try await core.appendErasure(of: user, to: log)
        // Until the event has come back; without a feed it never does.
        for _ in 0..<5_000 where lane.position < position { try await Task.sleep(for: .milliseconds(2)) }
        guard lane.position >= position else {
            throw UserFeaturesError(
                .behind, "the erasure is in the log and takes effect when this replica has caught up: look again later")
        }
        try await worker.perform {
            guard lane.checkpoint() else {
                throw UserFeaturesError(
                    .behind, "the user is erased from memory; the checkpoint is written when that is possible again")
            }
            try lane.store.flush()
        }
        return wasKnown
    }

    package func eventPosition(lane: Int) -> LogPosition {
        core.lanes.first { log.lane(of: $0.partition.number) == lane }?.position ?? .start
    }

    /// Takes a batch of one of ``lanes`` in; waits when more is to be forwarded than may wait.
    package func consume(_ batch: EventBatch) {
        guard stopReason == nil, let lane = core.lanes.first(where: { log.lane(of: $0.partition.number) == batch.lane })
        else { return }
        core.shared.outbox.waitForRoom()
        lane.apply(batch)
    }

    /// Writes checkpoints now.
    /// - Returns: whether they could be written.
    @discardableResult
    package func flush() async throws -> Bool {
        let core = core
        return try await worker.perform { core.checkpoint() }
    }
}
