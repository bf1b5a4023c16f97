import CatalogueFollower
import Configuration
import Contracts
import EventLog
import EventLoop
import Logging
import Metrics

/// What a role is made of, whichever it is.
struct RoleContext: Sendable {
    let configuration: CascadeConfiguration
    let place: RolePlace
    let log: any EventLog
    let topics: Topics
    let metrics: MetricRegistry
    let logger: Logger
    let board: ReadinessBoard

    /// Shards of its listening side.
    var shards: Int { configuration.http.shards == 0 ? ShardGroup.defaultCount : configuration.http.shards }

    /// A copy of the catalogue that follows the owner's.
    func followCatalogue() -> OwnedCatalogue {
        let follower = CatalogueFollower(
            CatalogueFollowerConfiguration(topics: topics, role: place.role.rawValue), log: log, logger: logger,
            metrics: metrics)
        return OwnedCatalogue(follower, log: log, topics: topics, logger: logger)
    }
}
