import Synchronization
import VectorIndex

/// Whether a model's index is to be made anew.
final class RebuildNeed: Sendable {
    private let indexing: ModelIndexing
    /// Items at which lists were found not to be worth it.
    private let notWorth = Atomic<Int>(0)

    init(_ indexing: ModelIndexing) {
        self.indexing = indexing
    }

    /// Lists that have changed much, or a number of items that may be worth lists, of which there are none yet.
    func isThere(for index: any VectorIndex) -> Bool {
        if let lists = index as? IVFIndex { return lists.needsRebuild }
        let count = index.aliveCount
        return indexing.wantsLists(count) && count >= notWorth.load(ordering: .relaxed) / 2 * 3
    }

    /// What came out of it: where it was not worth it, half as many items again may be.
    func made(_ index: any VectorIndex) {
        if index is FlatIndex { notWorth.store(max(index.aliveCount, 2), ordering: .relaxed) }
    }
}
