package import Contracts
package import Domain
package import Models
import Snapshots
import Synchronization
import VectorIndex

/// Holds the live model of a process and keeps it in step with the catalogue. Readers take the current one without a lock;
/// writers build the next one beside it and swap.
package final class ModelHost: Sendable {
    private final class Models: Sendable {
        let current: LiveModel?
        /// For batches that began before the last activation.
        let previous: LiveModel?

        init(current: LiveModel? = nil, previous: LiveModel? = nil) {
            self.current = current
            self.previous = previous
        }
    }

    /// What writers share.
    private struct Writing {
        /// The current model's index as it goes on; nil where nobody searches, and before the first model.
        var live: LiveIndex?
        /// The recall that was measured when that index was made.
        var recall = 1.0
        /// The catalogue as of the last change.
        var catalogue: CatalogueSnapshot?
        /// Changes of the catalogue that the model does not know of that is being built; nil while none is.
        var missed: MissedChanges?
    }

    private let models = SnapshotReference(Models())
    private let writing = Mutex(Writing())
    /// Held while a model is built: one after the other.
    private let activating = Mutex<Void>(())
    private let indexing: ModelIndexing?

    /// - Parameter indexing: how items are indexed; nil where nobody searches.
    package init(indexing: ModelIndexing? = ModelIndexing()) {
        self.indexing = indexing
    }

    /// The model to serve with; nil until one was activated. Wait-free.
    package var current: LiveModel? { models.load().current }

    /// The live version's name.
    package var liveVersion: String? { current?.bundle.version }

    /// How the current model's index is doing.
    package var indexState: ModelIndexState {
        writing.withLock { writing in
            guard let live = writing.live else { return ModelIndexState() }
            return ModelIndexState(live.current, live.statistics, measuredRecall: writing.recall)
        }
    }

    /// The model of a version that a batch began with: the live one or the one before it.
    package func model(_ version: String) throws(ServiceUnavailable) -> LiveModel {
        let models = models.load()
        for case let model? in [models.current, models.previous] where model.bundle.version == version { return model }
        if models.current == nil { throw ServiceUnavailable.noModel }
        throw ServiceUnavailable("the model that the candidates are of is not live here yet, or not any more")
    }

    /// Makes a bundle the live one. Requests go on with the old one until the new one is complete, and changes of the
    /// catalogue are taken into both. The first model of a process does not wait for its index to be divided into lists:
    /// that happens behind it.
    ///
    /// - Parameter catalogue: asked once no change of the catalogue can slip in between.
    package func activate(_ bundle: ModelBundle, catalogue: () -> CatalogueSnapshot) {
        activating.withLock { _ in
            let snapshot = writing.withLock { writing in
                let snapshot = catalogue()
                writing.missed = MissedChanges(since: snapshot.version)
                return snapshot
            }
            let (model, live, recall) = build(bundle, snapshot, isFirst: current == nil)
            let old = writing.withLock { writing in
                let missed = writing.missed
                let old = writing.live
                var next = model
                writing = Writing(live: live, recall: recall, catalogue: missed?.catalogue ?? snapshot)
                if let missed, let catalogue = missed.catalogue {
                    next = next.following(catalogue, changed: missed.numbers, in: live)
                }
                models.store(Models(current: next, previous: current))
                return old
            }
            old?.close()
            live?.rebuildIfNeeded()
        }
    }

    /// Takes changes of the catalogue into the live model. Called in the order of the changes.
    package func follow(_ catalogue: CatalogueSnapshot, changed: [ItemNumber]) {
        writing.withLock { writing in
            writing.missed?.add(catalogue, changed)
            let models = models.load()
            guard let model = models.current, model.catalogueVersion < catalogue.version else { return }
            writing.catalogue = catalogue
            let next = model.following(catalogue, changed: changed, in: writing.live)
            self.models.store(Models(current: next, previous: models.previous))
        }
    }

    private func build(
        _ bundle: ModelBundle, _ catalogue: CatalogueSnapshot, isFirst: Bool
    ) -> (LiveModel, LiveIndex?, recall: Double) {
        var vectors = bundle.makeItemVectors()
        bundle.encode((0..<catalogue.rows.count).map { (ItemNumber($0), catalogue.rows[$0].item) }, into: &vectors)
        guard let indexing else {
            let none = FlatIndex(dimensions: bundle.twoTower.dimensions)
            let model = LiveModel(
                bundle: bundle, vectors: vectors, index: none, catalogueVersion: catalogue.version)
            return (model, nil, 1)
        }
        let made = indexing.index(bundle, vectors, catalogue, isUrgent: isFirst)
        let model = LiveModel(
            bundle: bundle, vectors: vectors, index: made.index, catalogueVersion: catalogue.version)
        return (model, live(model, indexing), made.recall)
    }

    /// A model's index as it goes on: made anew when it has changed much.
    private func live(_ model: LiveModel, _ indexing: ModelIndexing) -> LiveIndex {
        let need = RebuildNeed(indexing)
        return LiveIndex(
            model.index,
            rebuilding: IndexRebuilding(
                isNeeded: { need.isThere(for: $0) },
                rebuild: { [weak self, version = model.bundle.version] _ in
                    guard let made = self?.remake(version, indexing) else { throw CancellationError() }
                    need.made(made)
                    return made
                }), onRebuild: { [weak self] in self?.takeOver() })
    }

    /// An index of what the model and the catalogue are now, which may be more than the index knew when it was found to need
    /// this: what has changed since is made again in the new one, and does no harm there.
    /// - Returns: nil when another model is live.
    private func remake(_ version: String, _ indexing: ModelIndexing) -> (any VectorIndex)? {
        let (model, catalogue) = writing.withLock { (current, $0.catalogue) }
        guard let model, let catalogue, model.bundle.version == version else { return nil }
        let made = indexing.make(model.bundle, model.vectors, catalogue, ModelItems(model.vectors, catalogue))
        writing.withLock { writing in
            if current?.bundle.version == version { writing.recall = made.recall }
        }
        return made.index
    }

    /// Serves with an index that was made anew.
    private func takeOver() {
        writing.withLock { writing in
            let models = models.load()
            guard let live = writing.live, let model = models.current else { return }
            self.models.store(Models(current: model.with(index: live.current), previous: models.previous))
        }
    }
}
