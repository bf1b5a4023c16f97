package import Contracts
package import Domain
package import Models
import Synchronization

/// Holds the live model of a process and keeps it in step with the catalogue. Readers take the current one by one short
/// lock; writers build the next one beside it and swap.
package final class ModelHost: Sendable {
    private struct Models {
        var current: LiveModel?
        /// For batches that began before the last activation.
        var previous: LiveModel?
    }

    private let live = Mutex(Models())
    /// Held while a writer builds, so that no change of the catalogue is lost to a model that is being activated.
    private let writing = Mutex<Void>(())

    package init() {}

    /// The model to serve with; nil until one was activated.
    package var current: LiveModel? { live.withLock { $0.current } }

    /// The live version's name.
    package var liveVersion: String? { current?.bundle.version }

    /// The model of a version that a batch began with: the live one or the one before it.
    package func model(_ version: String) throws(ServiceUnavailable) -> LiveModel {
        let models = live.withLock { $0 }
        for case let model? in [models.current, models.previous] where model.bundle.version == version { return model }
        if models.current == nil { throw ServiceUnavailable.noModel }
        throw ServiceUnavailable("the model that the candidates are of is not live here yet, or not any more")
    }

    /// Makes a bundle the live one. Requests go on with the old one until the new one is complete.
    ///
    /// - Parameter catalogue: asked once no change of the catalogue can slip in between.
    package func activate(_ bundle: ModelBundle, catalogue: () -> CatalogueSnapshot) {
        writing.withLock { _ in
            let next = LiveModel(bundle: bundle, catalogue: catalogue())
            live.withLock { $0 = Models(current: next, previous: $0.current) }
        }
    }

    /// Takes changes of the catalogue into the live model. Called in the order of the changes.
    package func follow(_ catalogue: CatalogueSnapshot, changed: [ItemNumber]) {
        writing.withLock { _ in
            guard let model = current, model.catalogueVersion < catalogue.version else { return }
            let next = model.following(catalogue, changed: changed)
            live.withLock { $0.current = next }
        }
    }
}
