import CatalogueFollower
import Contracts
import EventLoop
import RemoteRoles
import UserFeatures

/// User-features as a process: the replica's partitions, fed from their lanes of the events' topic.
final class UserFeaturesRole: RunningRole {
    private let context: RoleContext
    private let catalogue: OwnedCatalogue
    private let users: UserFeaturesReplica
    private let feed: EventFeed
    private let failure: ProcessFailure

    /// Brings the states up to date.
    static func open(_ context: RoleContext) async throws -> UserFeaturesRole {
        let catalogue = context.followCatalogue()
        do {
            context.board.wait(OwnedCatalogue.reading)
            try await catalogue.becomeReady()
            catalogue.catchUp()
            context.board.wait("The users' states are being brought up to date.")
            let failure = ProcessFailure()
            let users = try await UserFeaturesReplica.open(
                UserFeaturesReplicaConfiguration(
                    context.configuration, directory: context.place.folder, topics: context.topics,
                    replica: context.place.replica),
                log: context.log, catalogue: catalogue, logger: context.logger, metrics: context.metrics,
                onStop: { failure.report($0) })
            do {
                let feed = try EventFeed(
                    log: context.log, topic: context.topics.userEvents, lanes: users.lanes, consumers: [users])
                return UserFeaturesRole(context, catalogue, users, feed, failure)
            } catch {
                users.close()
                throw error
            }
        } catch {
            catalogue.follower.close()
            throw error
        }
    }

    private init(
        _ context: RoleContext, _ catalogue: OwnedCatalogue, _ users: UserFeaturesReplica, _ feed: EventFeed,
        _ failure: ProcessFailure
    ) {
        self.context = context
        self.catalogue = catalogue
        self.users = users
        self.feed = feed
        self.failure = failure
    }

    var readiness: Readiness { users.stopReason.map { .waiting("\($0)") } ?? .ready }

    func listen() throws -> ListeningRole {
        try RPCListening.start(context) { [users] loop in UserFeaturesHandler(users, executor: loop) }
    }

    func run() async throws { try await failure.wait() }

    func close() {
        feed.close()
        users.close()
        catalogue.follower.close()
    }
}
