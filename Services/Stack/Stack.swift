import Checkpoint
package import Configuration
package import Contracts
package import DataDirectory
import Domain
package import EmbeddedLog
import EventLog
package import Gateway
package import ItemFeatures
import Kernels
package import Logging
package import Metrics
package import ModelHost
package import ModelRegistry
import Ranking
import Recall
import Rerank
package import UserFeatures

/// All roles in one process over embedded stores: what `cascade up` is.
package final class Stack: Sendable {
    package let directory: DataDirectory
    package let log: EmbeddedLog
    package let items: ItemFeatures
    package let users: UserFeatures
    package let host = ModelHost()
    package let registry: ModelRegistry
    package let metrics = MetricRegistry()
    package let topics = Topics()
    package let logger: Logger
    private let feed: EventFeed
    private let configuration: CascadeConfiguration

    /// Opens the stores and brings the roles up to date; no request is answered yet. Close it at the end.
    package init(
        _ configuration: CascadeConfiguration, directory: DataDirectory, logger: Logger
    ) async throws {
        self.configuration = configuration
        self.directory = directory
        self.logger = logger
        try Kernels.selfCheck()
        ProcessMetrics.register(in: metrics)
        log = try EmbeddedLog(path: directory.logPath)
        items = try ItemFeatures(
            ItemFeaturesConfiguration(
                path: directory.itemsPath, topics: topics, weights: configuration.events.eventWeights),
            log: log, logger: logger, metrics: metrics)
        let limits = UserState.Limits(history: configuration.history.length, seen: configuration.history.seen)
        users = try await UserFeatures.open(
            UserFeaturesConfiguration(
                path: directory.usersPath, topics: topics, weights: configuration.events.eventWeights, limits: limits),
            log: log, catalogue: items, logger: logger, metrics: metrics)
        for (reached, path) in [
            (max(items.eventPosition(lane: 0), items.updatePosition), directory.itemsPath),
            (users.eventPosition(lane: 0), directory.usersPath),
        ] where reached > log.lastPositionAtOpening {
            throw CheckpointError(ahead: path, ofLog: directory.logPath)
        }
        feed = try EventFeed(log: log, topic: topics.userEvents, consumers: [items, users])
        registry = ModelRegistry(directory: directory.modelsPath)
        items.onChange { [host] changed, snapshot in host.follow(snapshot, changed: changed) }
    }

    /// What the gateway's shards work with.
    package func gatewayServices(keyHashes: Set<String>) -> GatewayServices {
        GatewayServices(
            configuration: GatewayConfiguration(
                diversity: Float(configuration.rerank.diversity), candidates: configuration.recall.candidates,
                eventsPerRequest: configuration.events.maxBatch,
                maximumFutureSkew: Int64(configuration.events.maxFutureSkewSeconds) * 1000,
                deadlineMilliseconds: configuration.gateway.deadlineMs, apiKeyHashes: keyHashes),
            users: users, items: items, recall: LocalRecall(host: host, catalogue: items),
            ranking: LocalRanking(host: host, catalogue: items), rerank: LocalRerank(host: host),
            events: DirectSink(log), topics: topics, model: { [host] in host.liveVersion },
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

    /// Writes checkpoints now: what an import or a demo world ends with.
    package func flush() async throws {
        try await users.flush()
        try await items.flush()
    }

    /// Writes last checkpoints and closes the stores.
    package func close() {
        feed.close()
        users.close()
        items.close()
        log.close()
    }
}
