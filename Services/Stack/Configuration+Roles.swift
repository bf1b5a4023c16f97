import Configuration
import Contracts
import Domain
import Gateway
import ItemFeatures
import Logging
import ModelHost
import UserFeatures

/// What each role is told, from the configuration of the whole.
extension CascadeConfiguration {
    var limits: UserState.Limits { UserState.Limits(history: history.length, seen: history.seen) }
}

extension ModelIndexing {
    /// - Parameter folder: where the index is kept for the next start.
    init(_ configuration: CascadeConfiguration, folder: String, logger: Logger) {
        self.init(recall: configuration.recall.target, folder: folder, logger: logger)
    }
}

extension ItemFeaturesConfiguration {
    /// - Parameter publishes: whether rows go out for other processes.
    init(_ configuration: CascadeConfiguration, path: String, topics: Topics, publishes: Bool = false) {
        self.init(
            path: path, topics: topics, weights: configuration.events.eventWeights,
            publication: publishes ? Publication() : nil)
    }
}

extension UserFeaturesReplicaConfiguration {
    init(_ configuration: CascadeConfiguration, directory: String, topics: Topics, replica: Replica) {
        self.init(
            directory: directory, topics: topics, replica: (replica.index, replica.count),
            weights: configuration.events.eventWeights, limits: configuration.limits)
    }
}

extension GatewayConfiguration {
    init(_ configuration: CascadeConfiguration, keyHashes: Set<String>) {
        self.init(
            diversity: configuration.rerank.diversity.map { Float($0) }, candidates: configuration.recall.candidates,
            eventsPerRequest: configuration.events.maxBatch,
            maximumFutureSkew: Int64(configuration.events.maxFutureSkewSeconds) * 1000,
            deadlineMilliseconds: configuration.gateway.deadlineMs, apiKeyHashes: keyHashes)
    }
}
