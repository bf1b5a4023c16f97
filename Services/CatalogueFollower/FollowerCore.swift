import Catalogue
import Contracts
import Domain
import EventLog
import Messages
import Metrics
import Synchronization

/// The copy of the catalogue: what the log's thread writes and readers share.
final class FollowerCore: Sendable {
    typealias Listener = @Sendable ([ItemNumber], CatalogueSnapshot) -> Void

    private struct State: Sendable {
        var catalogue = Catalogue()
        /// Whether everything that was there at the start has been taken in: until then nothing is published.
        var isLoaded = false
        var positions = LogPositions()
        var listeners: [Listener] = []
    }

    /// What a record says.
    private enum Change {
        case row(ItemFeaturesRow)
        case deletion(id: String)
    }

    let numbers = ItemNumbers()
    /// How far the published state has come.
    let gate = PositionGate()
    private let metrics: CatalogueFollowerMetrics
    private let maximumItems: ItemNumber
    private let state = Mutex(State())
    private let published: Mutex<CatalogueSnapshot>
    private let marker = Mutex<[UInt8]?>(nil)

    /// The owner's newest record under `ChangelogKey.position`.
    var positionMarker: [UInt8]? { marker.withLock { $0 } }

    init(maximumItems: ItemNumber, metrics: CatalogueFollowerMetrics) {
        self.maximumItems = maximumItems
        self.metrics = metrics
        published = Mutex(Catalogue().snapshot())
    }

    var isLoaded: Bool { state.withLock { $0.isLoaded } }

    func snapshot() -> CatalogueSnapshot { published.withLock { $0 } }

    /// Calls a listener after each change from now on; returns the state before the first of them.
    func addListener(_ listener: @escaping Listener) -> CatalogueSnapshot {
        state.withLock { state in
            state.listeners.append(listener)
            return snapshot()
        }
    }

    /// Takes records of one lane in, publishes what they change in one snapshot, and tells the listeners. Calls must not
    /// overlap. O(records), with copies of the chunks that they touch.
    func apply(_ records: [LogRecord], lane: Int) {
        guard let end = records.last?.position else { return }
        let changes = records.compactMap(change)
        let news = state.withLock { state in
            var introduced: [String: ItemNumbers.Entry] = [:]
            for change in changes { apply(change, to: &state.catalogue, introduced: &introduced) }
            state.positions[lane] = max(state.positions[lane], end)
            let news = state.isLoaded ? publish(&state) : nil
            // Numbers come after the snapshot: whoever finds one finds its row in the next snapshot.
            for (id, entry) in introduced { _ = numbers.insert(id, entry) }
            return news
        }
        if let news { tell(news) }
    }

    /// Publishes what was there at the start: all of it is in, up to places that may lie behind the last record.
    func endLoading(at ends: LogPositions) {
        let news = state.withLock { state in
            state.isLoaded = true
            for lane in ends.lanes { state.positions[lane] = max(state.positions[lane], ends[lane]) }
            return publish(&state, makingLists: true)
        }
        tell(news)
    }

    /// Makes the list of popular items anew if statistics have changed since the last time. O(items), off the log's
    /// thread but for bringing the result in.
    func refreshPopular() {
        let source = state.withLock { state in
            state.isLoaded && state.catalogue.isPopularStale ? state.catalogue.beginPopular() : nil
        }
        guard let source else { return }
        let list = Catalogue.mostPopular(source.rows, source.statistics)
        state.withLock { state in
            state.catalogue.endPopular(list)
            let snapshot = state.catalogue.snapshot()
            published.withLock { $0 = snapshot }
        }
    }
}

extension FollowerCore {
    private struct News {
        let changed: [ItemNumber]
        let snapshot: CatalogueSnapshot
        let listeners: [Listener]
        let positions: LogPositions
    }

    private func publish(_ state: inout State, makingLists: Bool = false) -> News {
        let changed = makingLists ? state.catalogue.takeAll() : state.catalogue.takeChanges()
        let snapshot = state.catalogue.snapshot()
        published.withLock { $0 = snapshot }
        return News(
            changed: changed, snapshot: snapshot, listeners: state.listeners, positions: state.positions)
    }

    private func tell(_ news: News) {
        if !news.changed.isEmpty {
            for listener in news.listeners { listener(news.changed, news.snapshot) }
        }
        gate.advance(to: news.positions)
    }

    private func change(_ record: LogRecord) -> Change? {
        guard PartitionClaim.writer(of: record.headers) != nil else {
            metrics.strangers.add()
            return nil
        }
        if ChangelogKey.isReserved(record.key) {
            if record.key == ChangelogKey.position { marker.withLock { $0 = record.value } }
            return nil
        }
        if record.value.isEmpty { return .deletion(id: record.key) }
        let row: ItemFeaturesRow
        do {
            row = try record.value.withUnsafeBytes { try ItemRowMessage.decode($0) }
        } catch {
            metrics.unreadable.add()
            return nil
        }
        guard row.item.id == record.key, !row.item.id.isEmpty else {
            metrics.unreadable.add()
            return nil
        }
        guard row.number < maximumItems else {
            metrics.beyondLimit.add()
            return nil
        }
        return .row(row)
    }

    private func apply(
        _ change: Change, to catalogue: inout Catalogue, introduced: inout [String: ItemNumbers.Entry]
    ) {
        switch change {
        case .row(let row):
            if let known = introduced[row.item.id]?.number ?? numbers.number(of: row.item.id) {
                guard known == row.number else { return metrics.conflicting.add() }
            } else {
                guard Int(row.number) >= catalogue.rows.count || catalogue.isVacant(row.number) else {
                    return metrics.conflicting.add()
                }
                introduced[row.item.id] = ItemNumbers.Entry(number: row.number, introduced: 0)
            }
            _ = catalogue.put(row.item, number: row.number, availability: row.availability)
            _ = catalogue.set(row.counters, for: row.number, now: row.now)
            metrics.rows.add()
        case .deletion(let id):
            guard let number = introduced[id]?.number ?? numbers.number(of: id) else { return }
            _ = catalogue.delete(number)
        }
    }
}
