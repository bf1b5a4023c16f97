import Catalogue
import Checkpoint
import Contracts
import Domain
import Metrics
import Synchronization

extension ItemFeaturesCore {
    /// Writes what changed since the last time; on failure it stays unsaved and the positions stay behind. Calls must not
    /// overlap.
    /// - Returns: whether all is saved.
    func checkpoint() -> Bool {
        let start = ContinuousClock.now
        guard let changes = takeUnsaved() else { return true }
        do {
            try store.save(changes)
        } catch {
            giveBack(changes)
            metrics.checkpoint.failures.add()
            failures.report(error, path: store.path)
            return false
        }
        state.withLock { $0.savedCategories = changes.firstCategory + changes.categories.count }
        metrics.checkpoint.record(rows: changes.rows.count + changes.counters.count, since: start)
        return true
    }

    /// What the next checkpoint writes, nil when nothing has happened. O(changes).
    ///
    /// None is written while rows are ahead of the places that it would name, or while dead letters of records before
    /// those places are not out: a start from it would count events twice, or lose the letters.
    private func takeUnsaved() -> ItemStore.Changes? {
        state.withLock { state in
            guard state.hasMoved, state.coverage.isEmpty, state.publication?.letters.isEmpty ?? true else { return nil }
            state.hasMoved = false
            state.generation += 1
            var changes = ItemStore.Changes()
            changes.rows = state.unsavedRows.take().map { number in
                let row = state.catalogue.rows[Int(number)]
                return (row, numbers.entry(of: row.item.id)?.introduced ?? 0)
            }
            changes.counters = state.unsavedCounters.take().map { ($0, state.catalogue.statistics[$0]) }
            changes.firstCategory = state.savedCategories
            changes.categories = Array(state.catalogue.categories.names[state.savedCategories...])
            changes.now = state.catalogue.statistics.now
            changes.updates = state.updates
            changes.events = state.events
            changes.generation = state.generation
            if let publication = state.publication {
                changes.features = publication.features
                changes.publishedGeneration = publication.publishedGeneration
            }
            return changes
        }
    }

    private func giveBack(_ changes: ItemStore.Changes) {
        state.withLock { state in
            for change in changes.rows { state.unsavedRows.insert(change.row.number) }
            for change in changes.counters { state.unsavedCounters.insert(change.number) }
            state.hasMoved = true
        }
    }
}
