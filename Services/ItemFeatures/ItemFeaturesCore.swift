import Checkpoint
import Contracts
import Domain
import EventLog
import JSON
import Logging
import Metrics
import Synchronization

/// The catalogue with all that surrounds it: what the log's thread, the checkpoint's thread and readers share.
///
/// Locks, in the order in which they are taken: `state` (the log's thread while it applies a batch, the checkpoint's
/// thread while it takes what is unsaved), `published` (whoever swaps or takes a snapshot, for a few nanoseconds).
final class ItemFeaturesCore: Sendable {
    typealias Listener = @Sendable ([ItemNumber], CatalogueSnapshot) -> Void

    private struct State: Sendable {
        var catalogue: Catalogue
        var updatePosition: LogPosition
        var eventPosition: LogPosition
        /// Whether a position has moved since the last checkpoint.
        var hasMoved = false
        /// Categories that the checkpoint has.
        var savedCategories = 0
        var listeners: [Listener] = []
    }

    let numbers: ItemNumbers
    let metrics: ItemFeaturesMetrics
    private let weights: EventWeights
    private let state: Mutex<State>
    private let published: Mutex<CatalogueSnapshot>
    private let store: ItemStore
    private let failures: CheckpointFailureLog
    private let parser = Mutex(JSONParser())

    /// Loads what is stored.
    init(
        store: ItemStore, weights: EventWeights, metrics: ItemFeaturesMetrics, logger: Logger
    ) throws {
        let stored = try store.load()
        self.store = store
        self.weights = weights
        self.metrics = metrics
        numbers = stored.numbers
        var state = State(
            catalogue: stored.catalogue, updatePosition: stored.updatePosition, eventPosition: stored.eventPosition)
        state.savedCategories = state.catalogue.categories.names.count
        state.catalogue.makeLists()
        published = Mutex(state.catalogue.snapshot())
        self.state = Mutex(state)
        failures = CheckpointFailureLog(logger: logger)
    }

    var eventPosition: LogPosition { state.withLock { $0.eventPosition } }
    var updatePosition: LogPosition { state.withLock { $0.updatePosition } }

    func snapshot() -> CatalogueSnapshot { published.withLock { $0 } }

    /// Calls a listener after each change from now on; returns the state before the first of them.
    func addListener(_ listener: @escaping Listener) -> CatalogueSnapshot {
        state.withLock { state in
            state.listeners.append(listener)
            return snapshot()
        }
    }

    /// Takes records of the catalogue's topic in, publishes the changes, and tells the listeners. Calls must not overlap.
    func apply(_ records: [LogRecord]) {
        guard let end = records.last?.position else { return }
        let updates = parser.withLock { parser in records.compactMap { update(from: $0, parser) } }
        apply(updates, until: end)
    }

    /// Takes changes of the catalogue in, publishes them, and tells the listeners. Calls must not overlap.
    private func apply(_ updates: [ItemUpdate], until end: LogPosition) {
        let (changed, snapshot, listeners) = state.withLock { state in
            var introduced: [String: ItemNumbers.Entry] = [:]
            for update in updates where update.position > state.updatePosition {
                apply(update, to: &state.catalogue, introduced: &introduced)
            }
            state.updatePosition = max(state.updatePosition, end)
            state.hasMoved = true
            let changed = state.catalogue.takeChanges()
            let snapshot = state.catalogue.snapshot()
            published.withLock { $0 = snapshot }
            // Numbers come after the snapshot: whoever finds one finds its row in the next snapshot.
            for (id, entry) in introduced { _ = numbers.insert(id, entry) }
            return (changed, snapshot, state.listeners)
        }
        guard !changed.isEmpty else { return }
        for listener in listeners { listener(changed, snapshot) }
    }

    /// Takes interactions into the statistics and publishes them. Calls must not overlap.
    func apply(_ batch: EventBatch) {
        var applied: UInt64 = 0
        var unknown: UInt64 = 0
        state.withLock { state in
            // By index: a loop over the elements would copy each event.
            for place in batch.entries.indices where batch.entries[place].position > state.eventPosition {
                guard !batch.entries[place].event.isReserved else { continue }
                let moment = Int64(clamping: batch.entries[place].position.rawValue)
                let entries = batch.entries[place].event.entries(weights: weights) {
                    numbers.number(of: $0, at: moment)
                }
                for entry in entries { state.catalogue.apply(entry) }
                applied += UInt64(entries.count)
                unknown += UInt64(batch.entries[place].event.items.count - entries.count)
            }
            state.eventPosition = max(state.eventPosition, batch.end)
            state.hasMoved = true
            let snapshot = state.catalogue.snapshot()
            published.withLock { $0 = snapshot }
        }
        metrics.events.add(applied)
        metrics.unknownItems.add(unknown)
        metrics.unreadableEvents.add(UInt64(batch.unreadable.count))
    }

    /// Makes the list of popular items anew if interactions have come since the last time. O(items), off the log's
    /// thread but for bringing the result in.
    func refreshPopular() {
        let source = state.withLock { state in
            state.catalogue.isPopularStale ? state.catalogue.beginPopular() : nil
        }
        guard let source else { return }
        let list = Catalogue.mostPopular(source.rows, source.statistics)
        state.withLock { state in
            state.catalogue.endPopular(list)
            let snapshot = state.catalogue.snapshot()
            published.withLock { $0 = snapshot }
        }
    }

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
    private func takeUnsaved() -> ItemStore.Changes? {
        state.withLock { state in
            guard state.hasMoved else { return nil }
            state.hasMoved = false
            var changes = ItemStore.Changes()
            changes.rows = state.catalogue.unsavedRows.take().map { number in
                let row = state.catalogue.rows[Int(number)]
                return (row, numbers.entry(of: row.item.id)?.introduced ?? 0)
            }
            changes.counters = state.catalogue.unsavedCounters.take().map { ($0, state.catalogue.statistics[$0]) }
            changes.firstCategory = state.savedCategories
            changes.categories = Array(state.catalogue.categories.names[state.savedCategories...])
            changes.now = state.catalogue.statistics.now
            changes.updatePosition = state.updatePosition
            changes.eventPosition = state.eventPosition
            return changes
        }
    }

    private func giveBack(_ changes: ItemStore.Changes) {
        state.withLock { state in
            for change in changes.rows { state.catalogue.unsavedRows.insert(change.row.number) }
            for change in changes.counters { state.catalogue.unsavedCounters.insert(change.number) }
            state.hasMoved = true
        }
    }

    private func update(from record: LogRecord, _ parser: JSONParser) -> ItemUpdate? {
        if record.value.isEmpty { return ItemUpdate(position: record.position, id: record.key, item: nil) }
        let item = try? parser.withDocument(record.value) { try ItemJSON.item(from: $0, rules: .log) }
        guard let item, item.id == record.key else {
            metrics.unreadableUpdates.add()
            return nil
        }
        return ItemUpdate(position: record.position, id: item.id, item: item)
    }

    private func apply(
        _ update: ItemUpdate, to catalogue: inout Catalogue, introduced: inout [String: ItemNumbers.Entry]
    ) {
        let known = introduced[update.id]?.number ?? numbers.number(of: update.id)
        switch (update.item, known) {
        case (let item?, let number?):
            metrics.updates.add(catalogue.put(item, number: number) ? 1 : 0)
        case (let item?, nil):
            let number = ItemNumber(catalogue.rows.count)
            _ = catalogue.put(item, number: number)
            introduced[item.id] = ItemNumbers.Entry(
                number: number, introduced: Int64(clamping: update.position.rawValue))
            metrics.updates.add()
        case (nil, let number?):
            metrics.updates.add(catalogue.delete(number) ? 1 : 0)
        case (nil, nil):
            metrics.unknownDeletions.add()
        }
    }
}

extension ItemFeaturesCore {
    /// Whether an item is in the catalogue just as it is given.
    func has(_ item: Item, in snapshot: CatalogueSnapshot) -> Bool {
        guard let number = numbers.number(of: item.id), Int(number) < snapshot.rows.count else { return false }
        let row = snapshot.rows[Int(number)]
        return row.availability != .deleted && row.item == item
    }
}
