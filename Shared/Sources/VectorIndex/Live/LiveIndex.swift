import Snapshots

/// An index that changes while it is searched.
///
/// Readers take the ``current`` snapshot, without a lock and without waiting, and search it for as long as they like. Writers
/// come one after the other; each change makes the next snapshot. When the index says so it is made anew, in the
/// background, on a thread of its own: the changes of that time are written down as well, made again in the new index, and
/// that takes the old one's place. Should the new one fail, the old one, which has all the changes, stays.
public final class LiveIndex: Sendable {
    /// Holds an index, which need not be an object itself.
    private final class Snapshot: Sendable {
        let index: any VectorIndex

        init(_ index: any VectorIndex) {
            self.index = index
        }
    }

    /// What writers share.
    private struct Writing {
        /// The changes since the index was taken that is being made anew; nil while none is.
        var journal: IndexJournal?
        /// Changes that must come before the next attempt, after one that failed.
        var patience = 0
        var isClosed = false
        var statistics = LiveIndexStatistics()
    }

    private let snapshot: SnapshotReference<Snapshot>
    private let writing = Locked(Writing())
    private let rebuilding: IndexRebuilding
    private let onRebuild: @Sendable () -> Void

    /// - Parameters:
    ///   - rebuilding: when and how the index is made anew.
    ///   - onRebuild: told after each attempt, on the attempt's thread.
    public init(
        _ index: any VectorIndex, rebuilding: IndexRebuilding = .never, onRebuild: @escaping @Sendable () -> Void = {}
    ) {
        snapshot = SnapshotReference(Snapshot(index))
        self.rebuilding = rebuilding
        self.onRebuild = onRebuild
    }

    /// The index with all changes up to now. Wait-free.
    public var current: any VectorIndex { snapshot.load().index }

    /// What happened up to now.
    public var statistics: LiveIndexStatistics { writing.withLock { $0.statistics } }

    /// Adds or replaces entries, then deletes numbers; readers see both or neither.
    /// - Returns: the index with the changes.
    @discardableResult
    public func change(inserting entries: [IndexEntry] = [], deleting numbers: [UInt32] = []) -> any VectorIndex {
        let (index, isNeeded) = writing.withLock { writing in
            let index = current.changed(inserting: entries, deleting: numbers)
            snapshot.store(Snapshot(index))
            writing.journal?.insert(entries)
            writing.journal?.delete(numbers)
            writing.patience = max(0, writing.patience - entries.count - numbers.count)
            return (index, begin(index, &writing))
        }
        if isNeeded { startRebuild(of: index) }
        return index
    }

    /// Has the index made anew in the background if it needs that: what ``change(inserting:deleting:)`` does after each
    /// change, for an index that needed it from the beginning.
    public func rebuildIfNeeded() {
        let index = writing.withLock { writing in
            let index = current
            return begin(index, &writing) ? index : nil
        }
        if let index { startRebuild(of: index) }
    }

    /// No index is made anew any more; one that is on its way is dropped when it is there.
    public func close() {
        writing.withLock { $0.isClosed = true }
    }

    /// Whether an index is to be made anew now; its changes are written down from here on.
    private func begin(_ index: any VectorIndex, _ writing: inout Writing) -> Bool {
        guard writing.journal == nil, !writing.isClosed, writing.patience == 0, rebuilding.isNeeded(index) else {
            return false
        }
        writing.journal = IndexJournal()
        writing.statistics.isRebuilding = true
        return true
    }

    private func startRebuild(of index: any VectorIndex) {
        let isStarted = BackgroundThread.start { [self] in
            rebuild(index)
            onRebuild()
        }
        if !isStarted { giveUp(index) }
    }

    private func rebuild(_ base: any VectorIndex) {
        let clock = ContinuousClock()
        let start = clock.now
        guard var next = try? rebuilding.rebuild(base) else { return giveUp(base) }
        // Most of what changed meanwhile is made again while writers go on; what comes in that time is little.
        next = takeJournal().applied(to: next)
        writing.withLock { writing in
            let last = writing.journal ?? IndexJournal()
            writing.journal = nil
            writing.statistics.isRebuilding = false
            guard !writing.isClosed else { return }
            snapshot.store(Snapshot(last.applied(to: next)))
            writing.statistics.rebuilds += 1
            writing.statistics.lastRebuild = start.duration(to: clock.now)
        }
    }

    private func takeJournal() -> IndexJournal {
        writing.withLock { writing in
            let journal = writing.journal ?? IndexJournal()
            writing.journal = IndexJournal()
            return journal
        }
    }

    /// An attempt failed: the next one comes after as many changes as a hundredth of the items.
    private func giveUp(_ index: any VectorIndex) {
        let patience = max(1, index.aliveCount / 100)
        writing.withLock { writing in
            writing.journal = nil
            writing.patience = patience
            writing.statistics.isRebuilding = false
            writing.statistics.failedRebuilds += 1
        }
    }
}
