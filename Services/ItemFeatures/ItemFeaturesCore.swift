import Catalogue
import Checkpoint
import Contracts
import Domain
import EventLog
import JSON
import Logging
import Metrics
import Synchronization

/// The catalogue with all that surrounds it: what the log's threads, the checkpoint's thread, the publisher and readers
/// share.
///
/// Locks, in the order in which they are taken: `state` (the log's threads while they apply a batch, the checkpoint's
/// thread and the publisher while they take what is theirs to write), `published` (whoever swaps or takes a snapshot,
/// for a few nanoseconds).
final class ItemFeaturesCore: Sendable {
    typealias Listener = @Sendable ([ItemNumber], CatalogueSnapshot) -> Void

    struct State: Sendable {
        var catalogue: Catalogue
        /// Places in item-updates and user-events up to which everything is in the catalogue.
        var updates: LogPositions
        var events: LogPositions
        /// Whether anything that a checkpoint holds has changed since the last one.
        var hasMoved = false
        /// Rows and counters that the checkpoint does not have yet.
        var unsavedRows = MarkedNumbers()
        var unsavedCounters = MarkedNumbers()
        /// Categories that the checkpoint has.
        var savedCategories = 0
        /// The number of the last checkpoint.
        var generation: Int64 = 0
        var listeners: [Listener] = []
        /// What is still to go out; nil where the log is embedded.
        var publication: PublicationState?
        /// Events that are in the counters though their places are beyond ``events``: of rows that were adopted.
        var coverage = Coverage()
        /// Ids of the last events of each lane, where the log does not know repeated ones.
        var windows: [Int: EventWindow] = [:]
    }

    let numbers: ItemNumbers
    let metrics: ItemFeaturesMetrics
    let configuration: ItemFeaturesConfiguration
    let lanes: Int
    let state: Mutex<State>
    let published: Mutex<CatalogueSnapshot>
    /// How far item-updates is in effect.
    let updateGate = PositionGate()
    let store: ItemStore
    let logger: Logger
    let failures: CheckpointFailureLog
    let parser = Mutex(JSONParser())

    /// Loads what is stored.
    init(
        _ configuration: ItemFeaturesConfiguration, lanes: Int, metrics: ItemFeaturesMetrics, logger: Logger
    ) throws {
        self.configuration = configuration
        self.lanes = lanes
        self.metrics = metrics
        self.logger = logger
        store = try ItemStore(
            path: configuration.path, lanes: lanes, isOfKafka: configuration.publication != nil,
            maximumFileBytes: configuration.maximumFileBytes)
        let stored = try store.load()
        numbers = stored.numbers
        var state = State(catalogue: stored.catalogue, updates: stored.updates, events: stored.events)
        state.savedCategories = state.catalogue.categories.names.count
        state.generation = stored.generation
        if let publication = configuration.publication {
            state.publication = PublicationState(stored)
            for lane in 0..<lanes { state.windows[lane] = EventWindow(length: publication.eventWindow) }
        }
        state.catalogue.makeLists()
        published = Mutex(state.catalogue.snapshot())
        updateGate.advance(to: state.updates)
        self.state = Mutex(state)
        failures = CheckpointFailureLog(logger: logger)
    }

    var events: LogPositions { state.withLock { $0.events } }
    var updates: LogPositions { state.withLock { $0.updates } }

    func snapshot() -> CatalogueSnapshot { published.withLock { $0 } }

    /// Calls a listener after each change from now on; returns the state before the first of them.
    func addListener(_ listener: @escaping Listener) -> CatalogueSnapshot {
        state.withLock { state in
            state.listeners.append(listener)
            return snapshot()
        }
    }

    /// Whether an item is in the catalogue just as it is given.
    func has(_ item: Item, in snapshot: CatalogueSnapshot) -> Bool {
        guard let number = numbers.number(of: item.id), Int(number) < snapshot.rows.count else { return false }
        let row = snapshot.rows[Int(number)]
        return row.availability != .deleted && row.item == item
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
            publishSnapshot(of: state)
        }
    }

    /// What the state holds.
    func places(of state: State) -> Places {
        Places(updates: state.updates, events: state.events, lanes: lanes)
    }

    /// Forgets what adopted rows hold once everything has come as far as they have.
    func forgetCoverage(in state: inout State) {
        if state.coverage.isEmpty { return }
        let reached = places(of: state)
        if let now = state.coverage.forget(reaching: reached) { state.catalogue.advance(to: now) }
    }

    /// Lets readers see the state. With `state` locked.
    @discardableResult
    func publishSnapshot(of state: State) -> CatalogueSnapshot {
        let snapshot = state.catalogue.snapshot()
        published.withLock { $0 = snapshot }
        return snapshot
    }
}
