import CatalogueFollower
import Configuration
import Contracts
import EventLog
import EventLoop
import Gateway
import HotCache
import Logging
import Outbox
import RPC
import Redis
import RemoteRoles

/// The gateway as a process: all roles are elsewhere, only the catalogue has a copy here.
final class GatewayRole: RunningRole {
    private let context: RoleContext
    private let catalogue: OwnedCatalogue
    private let outbox: Outbox

    init(_ context: RoleContext) throws {
        self.context = context
        outbox = try Outbox(
            OutboxConfiguration(
                path: "\(context.place.folder)/outbox.sqlite",
                maximumRecords: context.configuration.gateway.outboxEvents),
            log: context.log, logger: context.logger, metrics: context.metrics)
        catalogue = context.followCatalogue()
    }

    var readiness: Readiness { catalogue.isReady ? .ready : .waiting(OwnedCatalogue.reading) }

    /// Whoever connects to a socket that is older than this process waits there: rather that than an error.
    func prepare() async throws {
        guard !context.place.sockets.isEmpty else { return }
        context.board.wait(OwnedCatalogue.reading)
        try await catalogue.becomeReady()
    }

    func listen() throws -> ListeningRole {
        var http = context.configuration.http
        (http.host, http.port) = (context.place.address.host, Int(context.place.address.port))
        let door = try FrontDoor(http, sockets: context.place.sockets, metrics: context.metrics) { [self] loop in
            try services(on: loop)
        }
        return ListeningRole(address: door.url, shards: door.shards)
    }

    /// What one shard works with: its own connections to every role and to Redis.
    private func services(
        on loop: EventLoop
    ) throws -> (services: GatewayServices, connections: [any ShardService]) {
        let roles = context.configuration.roles
        let recall = try client(roles.recall, .recall, loop)
        let ranking = try client(roles.ranking, .ranking, loop)
        let rerank = try client(roles.rerank, .rerank, loop)
        let items = try client(roles.itemFeatures, .itemFeatures, loop)
        let users = try roles.userFeatures.map { try client([$0], .userFeatures, loop) }
        let (cache, redis) = try ShardCache.make(
            context.configuration, password: context.place.redisPassword, loop: loop, metrics: context.metrics,
            logger: context.logger)
        let services = GatewayServices(
            configuration: GatewayConfiguration(context.configuration, keyHashes: context.place.keyHashes),
            users: RemoteUserFeatures(users, partitions: context.log.partitions),
            items: RemoteItemFeatures(items, catalogue: catalogue.follower), recall: RemoteRecall(recall),
            ranking: RemoteRanking(ranking), rerank: RemoteRerank(rerank),
            cache: cache, events: outbox, topics: context.topics, model: { nil },
            hasCatalogue: { [catalogue] in catalogue.isReady },
            missing: { [catalogue] in catalogue.isReady ? nil : OwnedCatalogue.reading }, metrics: context.metrics,
            logger: context.logger, clock: Logger.wallClock)
        return (services, [recall, ranking, rerank, items] + users + redis)
    }

    private func client(_ addresses: [String], _ role: Role, _ loop: EventLoop) throws -> RPCClient {
        var configuration = RPCClientConfiguration()
        configuration.key = context.place.rpcKey
        return try RPCClient(
            loop: loop, name: try RPCName(addresses.joined(separator: ",")), configuration: configuration,
            metrics: RPCClientMetrics(in: context.metrics, role: role.rawValue))
    }

    func run() async throws { try await catalogue.becomeReady() }

    func close() {
        catalogue.follower.close()
        outbox.close()
    }
}
