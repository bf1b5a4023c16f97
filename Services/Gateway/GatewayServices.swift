package import Contracts
package import EventLog
package import Logging
package import Metrics

/// Everything that the gateway's shards have in common: the roles that they call, the log that they append to.
package struct GatewayServices: Sendable {
    package let configuration: GatewayConfiguration
    package let users: any UserFeaturesService
    package let items: any ItemFeaturesService
    package let recall: any RecallService
    package let ranking: any RankingService
    package let rerank: any RerankService
    package let log: any EventLog
    package let topics: Topics
    /// The version of the live model; nil while there is none.
    package let model: @Sendable () -> String?
    package let metrics: MetricRegistry
    package let logger: Logger
    /// Milliseconds since the epoch.
    package let clock: @Sendable () -> Int64

    package init(
        configuration: GatewayConfiguration, users: any UserFeaturesService, items: any ItemFeaturesService,
        recall: any RecallService, ranking: any RankingService, rerank: any RerankService, log: any EventLog,
        topics: Topics, model: @escaping @Sendable () -> String?, metrics: MetricRegistry, logger: Logger,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.configuration = configuration
        self.users = users
        self.items = items
        self.recall = recall
        self.ranking = ranking
        self.rerank = rerank
        self.log = log
        self.topics = topics
        self.model = model
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
    }
}
