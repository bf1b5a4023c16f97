import Checkpoint
package import Configuration
package import Contracts
package import DataDirectory
import Domain
import EmbeddedLog
package import EventLog
package import Gateway
package import ItemFeatures
import Kernels
import Learning
import Models
import Outbox
package import Logging
package import Metrics
package import ModelHost
package import ModelRegistry
import Ranking
import Recall
import Rerank
import UserFeatures

/// All roles in one process: what `cascade up` is, over an embedded log or over Kafka.
package final class Stack: Sendable {
    package let directory: DataDirectory
    package let log: any EventLog
    package let items: ItemFeatures
    package let host: ModelHost
    package let registry: ModelRegistry
    package let metrics: MetricRegistry
    package let topics: Topics
    package let logger: Logger
    private let owner: UserOwner
    private let feed: EventFeed
    private let configuration: CascadeConfiguration
    private let failure: ProcessFailure
    private let events: any EventSink
    private let outbox: Outbox?
    /// Of the folders that the roles' own processes would use.
    private let holds: [WorkLock]

    /// Opens the stores and brings the roles up to date; no request is answered yet. Close it at the end.
    package convenience init(
        _ configuration: CascadeConfiguration, directory: DataDirectory, logger: Logger
    ) async throws {
        try Kernels.selfCheck()
        let metrics = MetricRegistry()
        ProcessMetrics.register(in: metrics)
        if LogOpening.isShared(configuration) {
            try await self.init(shared: configuration, directory, logger, metrics)
        } else {
            try await self.init(embedded: configuration, directory, logger, metrics)
        }
    }

    private init(
        embedded configuration: CascadeConfiguration, _ directory: DataDirectory, _ logger: Logger,
        _ metrics: MetricRegistry
    ) async throws {
        let topics = Topics()
        let log = try EmbeddedLog(path: directory.logPath)
        let (items, users): (ItemFeatures, UserFeatures)
        do {
            (items, users) = try await Self.openRoles(
                configuration, directory, log: log, topics: topics, logger: logger, metrics: metrics)
        } catch {
            // An orderly end leaves one file, which can be put aside or restored as it is.
            log.close()
            throw error
        }
        feed = try EventFeed(log: log, topic: topics.userEvents, consumers: [items, users])
        owner = .embedded(users)
        failure = ProcessFailure()
        events = DirectSink(log)
        outbox = nil
        holds = []
        (self.configuration, self.directory, self.logger, self.metrics) = (configuration, directory, logger, metrics)
        (self.log, self.items, self.topics) = (log, items, topics)
        registry = ModelRegistry(
            directory: directory.modelsPath, limits: ModelLimits(configuration.modelLimits))
        host = Self.host(configuration, directory, logger, metrics)
        items.onChange { [host] changed, snapshot in host.follow(snapshot, changed: changed) }
    }

    /// The host of the model that all roles share.
    private static func host(
        _ configuration: CascadeConfiguration, _ directory: DataDirectory, _ logger: Logger, _ metrics: MetricRegistry
    ) -> ModelHost {
        let host = ModelHost(indexing: ModelIndexing(configuration, folder: directory.path, logger: logger))
        IndexMetrics.register(host, in: metrics)
        return host
    }

    /// The two roles that fold the log, with the state of their checkpoints.
    /// - Throws: `CheckpointError` also when a checkpoint has seen positions that the log never gave.
    private static func openRoles(
        _ configuration: CascadeConfiguration, _ directory: DataDirectory, log: EmbeddedLog, topics: Topics,
        logger: Logger, metrics: MetricRegistry
    ) async throws -> (ItemFeatures, UserFeatures) {
        let items = try ItemFeatures(
            ItemFeaturesConfiguration(configuration, path: directory.itemsPath, topics: topics), log: log,
            logger: logger, metrics: metrics)
        let users = try await UserFeatures.open(
            UserFeaturesConfiguration(
                path: directory.usersPath, topics: topics, weights: configuration.events.eventWeights,
                limits: configuration.limits),
            log: log, catalogue: items, logger: logger, metrics: metrics)
        for (reached, path) in [
            (max(items.eventPosition(lane: 0), items.updatePosition), directory.itemsPath),
            (users.eventPosition(lane: 0), directory.usersPath),
        ] where reached > log.lastPositionAtOpening {
            throw CheckpointError(ahead: path, ofLog: directory.logPath)
        }
        return (items, users)
    }

    /// The same files as those of the roles' own processes, so that a system can go from the one form to the other.
    private init(
        shared configuration: CascadeConfiguration, _ directory: DataDirectory, _ logger: Logger,
        _ metrics: MetricRegistry
    ) async throws {
        let topics = LogOpening.topics(configuration)
        let log = try LogOpening.open(configuration, path: "", logger: logger, metrics: metrics)
        let failure = ProcessFailure()
        let folders = [Role.itemFeatures, .userFeatures, .gateway].map { "\(directory.path)/\($0.folder(.only))" }
        holds = try folders.map { folder throws(DataDirectoryError) in try DataDirectory.folder(folder) }
        let items = try ItemFeatures(
            ItemFeaturesConfiguration(
                configuration, path: "\(folders[0])/items.sqlite", topics: topics, publishes: true),
            log: log, logger: logger, metrics: metrics)
        let users = try await UserFeaturesReplica.open(
            UserFeaturesReplicaConfiguration(configuration, directory: folders[1], topics: topics, replica: .only),
            log: log, catalogue: items, logger: logger, metrics: metrics, onStop: { failure.report($0) })
        let outbox = try Outbox(
            OutboxConfiguration(
                path: "\(folders[2])/outbox.sqlite", maximumRecords: configuration.gateway.outboxEvents),
            log: log, logger: logger, metrics: metrics)
        (self.outbox, events) = (outbox, outbox)
        feed = try EventFeed(log: log, topic: topics.userEvents, consumers: [items, users])
        owner = .replica(users)
        self.failure = failure
        (self.configuration, self.directory, self.logger, self.metrics) = (configuration, directory, logger, metrics)
        (self.log, self.items, self.topics) = (log, items, topics)
        registry = ModelRegistry(
            directory: directory.modelsPath, limits: ModelLimits(configuration.modelLimits))
        host = Self.host(configuration, directory, logger, metrics)
        items.onChange { [host] changed, snapshot in host.follow(snapshot, changed: changed) }
    }

    /// The users' states.
    package var users: any UserFeaturesService { owner.service }

    /// What the gateway's shards work with, but for what belongs to each.
    package func gatewayServices(keyHashes: Set<String>) -> GatewayServices {
        GatewayServices(
            configuration: GatewayConfiguration(configuration, keyHashes: keyHashes),
            users: users, items: items, recall: LocalRecall(host: host, catalogue: items),
            ranking: LocalRanking(host: host, catalogue: items), rerank: LocalRerank(host: host),
            events: events, topics: topics,
            model: { [host] in host.liveVersion },
            missing: { [host] in
                host.liveVersion == nil
                    ? "No model is live yet: one is being trained, or 'cascade train' has to make one." : nil
            }, metrics: metrics, logger: logger, clock: Logger.wallClock)
    }

    /// Makes the registry's active bundle the live one, if it is not yet.
    /// - Returns: the live version; nil when nothing is active.
    /// - Throws: when the bundle cannot be read; the live one stays.
    @discardableResult
    package func activateLatest() throws -> String? { try watcher.activateLatest() }

    /// Keeps the live model the one that the registry says.
    package var watcher: ModelWatcher {
        ModelWatcher(registry: registry, host: host, catalogue: items, logger: logger)
    }

    /// Waits for something that the process cannot go on with, and throws it.
    package func fail() async throws { try await failure.wait() }

    /// Writes checkpoints now: what an import or a demo world ends with.
    package func flush() async throws {
        try await owner.flush()
        try await items.flush()
    }

    /// Writes last checkpoints and closes the stores.
    package func close() {
        outbox?.close()
        feed.close()
        owner.close()
        items.close()
        log.close()
    }
}
