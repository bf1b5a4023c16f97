import CatalogueFollower
import Contracts
import EventLoop
import ModelHost
import ModelRegistry
import RPC

/// A role that serves with a model: it follows the catalogue, and the registry's active version.
final class ModelRole: RunningRole {
    private let context: RoleContext
    private let catalogue: OwnedCatalogue
    private let host: ModelHost
    private let registry: ModelRegistry
    private let handler: @Sendable (ModelHost, any ItemCatalogue, EventLoop) -> any RPCHandler

    /// How long recall waits with a new version where another one is live: ranking and re-rank have it by then.
    private static let recallDelay = Duration.seconds(5)

    /// - Parameter handler: makes what answers a shard's calls.
    init(
        _ context: RoleContext,
        handler: @escaping @Sendable (ModelHost, any ItemCatalogue, EventLoop) -> any RPCHandler
    ) {
        self.context = context
        self.handler = handler
        catalogue = context.followCatalogue()
        registry = ModelRegistry(directory: context.place.models)
        let isSearched = context.place.role == .recall
        host = ModelHost(
            indexing: isSearched
                ? ModelIndexing(context.configuration, folder: context.place.folder, logger: context.logger) : nil)
        if isSearched { IndexMetrics.register(host, in: context.metrics) }
        catalogue.follower.onChange { [host] changed, snapshot in host.follow(snapshot, changed: changed) }
    }

    var readiness: Readiness {
        guard catalogue.isReady else { return .waiting(OwnedCatalogue.reading) }
        guard host.liveVersion == nil else { return .ready }
        // With nothing to serve with, there is nothing to wait for.
        if let versions = try? registry.versions(), versions.isEmpty { return .ready }
        return .waiting("No model is live yet: it is being loaded, or 'cascade train' has to make one.")
    }

    func listen() throws -> ListeningRole {
        try RPCListening.start(context) { [self] loop in handler(host, catalogue, loop) }
    }

    func run() async {
        guard (try? await catalogue.becomeReady()) != nil else { return }
        let delay = context.place.role == .recall ? Self.recallDelay : .zero
        await ModelWatcher(
            registry: registry, host: host, catalogue: catalogue, logger: context.logger, delay: delay
        ).run()
    }

    func close() { catalogue.follower.close() }
}
