package import Contracts
package import EventLog
package import Logging
package import Metrics

/// Everything that a shard of the gateway works with. Roles of the same process are the same for all shards; connections
/// to other processes, and to the cache, belong to the shard's loop and are made for each.
package struct GatewayServices: Sendable {
    package var configuration: GatewayConfiguration
    package var users: any UserFeaturesService
    package var items: any ItemFeaturesService
    package var recall: any RecallService
    package var ranking: any RankingService
    package var rerank: any RerankService
    /// What answers and rows are kept in; ``NoCache`` when nothing is configured.
    package var cache: any GatewayCache
    /// Where events go: the log, or an outbox in front of it.
    package var events: any EventSink
    package var topics: Topics
    /// The version of the live model where this process knows it; nil while there is none, or where recall names it with
    /// its answers.
    package var model: @Sendable () -> String?
    /// Whether the catalogue has been read once; until then no item is called unknown.
    package var hasCatalogue: @Sendable () -> Bool
    /// What is missing before answers are good, for people; nil when nothing is.
    package var missing: @Sendable () -> String?
    package var metrics: MetricRegistry
    package var logger: Logger
    /// Milliseconds since the epoch.
    package var clock: @Sendable () -> Int64

    package init(
        configuration: GatewayConfiguration, users: any UserFeaturesService, items: any ItemFeaturesService,
        recall: any RecallService, ranking: any RankingService, rerank: any RerankService,
        cache: any GatewayCache = NoCache(), events: any EventSink, topics: Topics,
        model: @escaping @Sendable () -> String?, hasCatalogue: @escaping @Sendable () -> Bool = { true },
        missing: @escaping @Sendable () -> String?, metrics: MetricRegistry,
        logger: Logger, clock: @escaping @Sendable () -> Int64
    ) {
        self.configuration = configuration
        self.users = users
        self.items = items
        self.recall = recall
        self.ranking = ranking
        self.rerank = rerank
        self.cache = cache
        self.events = events
        self.topics = topics
        self.model = model
        self.hasCatalogue = hasCatalogue
        self.missing = missing
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
    }
}
