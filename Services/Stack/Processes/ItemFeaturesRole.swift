import Contracts
import ItemFeatures
import RemoteRoles

/// Item-features as a process: the owner of the catalogue, fed from all lanes, publishing rows for everybody.
final class ItemFeaturesRole: RunningRole {
    private let context: RoleContext
    private let items: ItemFeatures
    private let feed: EventFeed
    private let failure: ProcessFailure

    /// Brings the catalogue up to date.
    init(_ context: RoleContext) throws {
        self.context = context
        let failure = ProcessFailure()
        self.failure = failure
        let items = try ItemFeatures(
            ItemFeaturesConfiguration(
                context.configuration, path: "\(context.place.folder)/items.sqlite", topics: context.topics,
                publishes: true),
            log: context.log, logger: context.logger, metrics: context.metrics,
            onStop: { failure.report($0) })
        self.items = items
        do {
            feed = try EventFeed(log: context.log, topic: context.topics.userEvents, consumers: [items])
        } catch {
            items.close()
            throw error
        }
    }

    var readiness: Readiness { items.stopReason.map { .waiting("\($0)") } ?? .ready }

    func listen() throws -> ListeningRole {
        try RPCListening.start(context) { [items] loop in ItemFeaturesHandler(items, executor: loop) }
    }

    func run() async throws { try await failure.wait() }

    func close() {
        feed.close()
        items.close()
    }
}
