import Checkpoint
import Contracts
import Domain
import EventLog
import Logging
import Metrics
import Synchronization

/// The users' states with all that surrounds them: what the log's thread, the checkpoint's thread and readers share.
///
/// Locks, in the order in which they are taken: `progress` (the log's thread while it applies a batch, the checkpoint's
/// thread while it takes what is unsaved), a stripe of the table (for one look-up or one change).
final class UserFeaturesCore: Sendable {
    private struct Progress: Sendable {
        var position: LogPosition
        /// Whether it has moved since the last checkpoint.
        var hasMoved = false
    }

    let table: UserTable
    let store: UserStore
    let metrics: UserFeaturesMetrics
    private let catalogue: any ItemCatalogue
    private let weights: EventWeights
    private let limits: UserState.Limits
    private let progress: Mutex<Progress>
    private let failures: CheckpointFailureLog

    init(
        store: UserStore, catalogue: any ItemCatalogue, weights: EventWeights, limits: UserState.Limits,
        metrics: UserFeaturesMetrics, logger: Logger
    ) throws {
        table = UserTable()
        let position = try store.load(into: table)?.position ?? .start
        self.store = store
        self.catalogue = catalogue
        self.weights = weights
        self.limits = limits
        self.metrics = metrics
        progress = Mutex(Progress(position: position))
        failures = CheckpointFailureLog(logger: logger)
    }

    var position: LogPosition { progress.withLock { $0.position } }

    /// Takes events in. Calls must not overlap.
    func apply(_ batch: EventBatch) {
        metrics.unreadable.add(UInt64(batch.unreadable.count))
        progress.withLock { progress in
            // By index: a loop over the elements would copy each event.
            for place in batch.entries.indices where batch.entries[place].position > progress.position {
                apply(batch.entries[place].event, at: batch.entries[place].position)
            }
            progress.position = max(progress.position, batch.end)
            progress.hasMoved = true
        }
    }

    /// Writes what changed since the last time; on failure it stays unsaved and the position stays behind. Calls must not
    /// overlap.
    /// - Returns: whether all is saved.
    func checkpoint() -> Bool {
        do {
            try save()
            return true
        } catch {
            metrics.checkpoint.failures.add()
            failures.report(error, path: store.path)
            return false
        }
    }

    /// Writes a checkpoint that no longer has the users erased before, and leaves no trace of them in its files.
    func finishErasures() throws {
        try save()
        try store.flush()
    }

    private func save() throws {
        let start = ContinuousClock.now
        let (changes, position) = progress.withLock { progress in
            defer { progress.hasMoved = false }
            return (table.takeChanges(), progress.hasMoved ? progress.position : nil)
        }
        guard !changes.isEmpty || position != nil else { return }
        do {
            try store.save(changes, place: position.map { LanePlace(position: $0) })
        } catch {
            table.giveBack(changes)
            if position != nil { progress.withLock { $0.hasMoved = true } }
            throw error
        }
        metrics.checkpoint.record(rows: changes.rows.count + changes.erased.count, since: start)
    }

    private func apply(_ event: Event, at position: LogPosition) {
        if event.type == Event.userAttributesType {
            table.update(event.user) { $0.setAttributes(event.fields) }
            metrics.attributes.add()
            return
        }
        guard !event.isReserved else { return metrics.reserved.add() }
        let entries = event.entries(weights: weights) { catalogue.number(of: $0, at: position) }
        if entries.count < event.items.count { metrics.unknownItems.add(UInt64(event.items.count - entries.count)) }
        guard let first = entries.first else { return }
        guard first.kind != .impression else { return metrics.impressions.add() }
        table.update(event.user) { state in
            for entry in entries { state.apply(entry, limits: limits) }
        }
        metrics.applied.add()
    }
}
