import Contracts
import Domain

/// The rows and statistics of all items as the log tells them: the state behind snapshots, changed by one thread at a
/// time.
///
/// A pure fold: which numbers, codes and counters come out depends on the updates and events in their order alone.
struct Catalogue: Sendable {
    private(set) var rows = ChunkedArray<ItemRow>()
    private(set) var statistics = ItemStatistics()
    private(set) var facts = ChunkedArray<ItemFacts>()
    private(set) var categories = CategoryCodes()
    /// Raised by every change of a row.
    private(set) var version: UInt64 = 0
    private(set) var popular = RankedList()
    private(set) var latest = RankedList()
    /// Whether statistics have changed since ``popular`` was made.
    private(set) var isPopularStale = false
    /// Rows and counters that the checkpoint does not have yet.
    var unsavedRows = MarkedNumbers()
    var unsavedCounters = MarkedNumbers()
    /// Rows changed since the last call of ``takeChanges()``.
    private var changed = MarkedNumbers()
    /// Rows changed since ``beginPopular()``.
    private var changedSincePopular = MarkedNumbers()

    /// Creates or replaces the item with this number, `rows.count` for a new one. False when it is as it was.
    mutating func put(_ item: Item, number: ItemNumber) -> Bool {
        let availability: ItemRow.Availability = item.isHidden ? .hidden : .available
        if Int(number) < rows.count {
            let row = rows[Int(number)]
            if row.availability == availability, row.item == item { return false }
        }
        set(makeRow(item, number: number, availability: availability))
        return true
    }

    /// Marks an item as deleted; its number stays taken. False when it was deleted before.
    mutating func delete(_ number: ItemNumber) -> Bool {
        let row = rows[Int(number)]
        guard row.availability != .deleted else { return false }
        set(
            ItemRow(
                number: number, item: row.item, categories: row.categories, availability: .deleted,
                answerFragment: row.answerFragment))
        return true
    }

    /// Takes an interaction in.
    mutating func apply(_ entry: HistoryEntry) {
        statistics.apply(entry)
        unsavedCounters.insert(entry.item)
        isPopularStale = true
    }

    /// Brings the lists in line with the rows that changed and returns those; O(changes), rarely O(items).
    mutating func takeChanges() -> [ItemNumber] {
        let numbers = changed.take()
        guard !numbers.isEmpty else { return [] }
        version += 1
        let set = Set(numbers)
        let rows = rows
        updatePopular(set)
        latest.update(set) { Self.age(of: $0, rows) }
        if !latest.isSufficient { latest = RankedList(bestOf: rows.count) { Self.age(of: $0, rows) } }
        return numbers
    }

    /// What the list of popular items is to be made of, on another thread; ``endPopular(_:)`` brings it back.
    mutating func beginPopular() -> (rows: ChunkedArray<ItemRow>, statistics: ItemStatistics) {
        isPopularStale = false
        _ = changedSincePopular.take()
        return (rows, statistics)
    }

    /// Takes a list in that ``mostPopular(_:_:)`` made, and brings it in line with the rows that changed meanwhile.
    mutating func endPopular(_ list: RankedList) {
        popular = list
        updatePopular(Set(changedSincePopular.take()))
    }

    /// The list of popular items: O(items), without any lock.
    static func mostPopular(_ rows: ChunkedArray<ItemRow>, _ statistics: ItemStatistics) -> RankedList {
        RankedList(bestOf: rows.count) { popularity(of: $0, rows, statistics) }
    }

    /// Puts a stored category back; false when it is not the next one.
    mutating func restoreCategory(_ name: String, code: Int) -> Bool {
        code == categories.names.count && categories.code(of: name).map(Int.init) == code
    }

    /// Puts a stored item back: the next one.
    mutating func restore(_ item: Item, number: ItemNumber, availability: ItemRow.Availability) {
        append(makeRow(item, number: number, availability: availability))
    }

    /// Puts stored counters back.
    mutating func restore(_ counters: ItemCounters, for number: ItemNumber, now: Int64) {
        statistics.restore(counters, for: number, now: now)
    }

    /// Makes both lists, as after a restore: O(items).
    mutating func makeLists() {
        let rows = rows
        popular = Self.mostPopular(rows, statistics)
        latest = RankedList(bestOf: rows.count) { Self.age(of: $0, rows) }
    }

    /// The catalogue as readers see it.
    func snapshot() -> CatalogueSnapshot {
        CatalogueSnapshot(
            version: version, rows: rows, statistics: statistics, facts: facts, categoryCodes: categories.codes,
            popular: popular.numbers, latest: latest.numbers)
    }

    private mutating func updatePopular(_ changed: Set<ItemNumber>) {
        let (rows, statistics) = (rows, statistics)
        popular.update(changed) { Self.popularity(of: $0, rows, statistics) }
        if !popular.isSufficient { popular = Self.mostPopular(rows, statistics) }
    }

    private mutating func set(_ row: ItemRow) {
        if Int(row.number) == rows.count {
            append(row)
        } else {
            rows[Int(row.number)] = row
            facts[Int(row.number)] = ItemFacts(row.item)
        }
        changed.insert(row.number)
        changedSincePopular.insert(row.number)
        unsavedRows.insert(row.number)
    }

    private mutating func append(_ row: ItemRow) {
        rows.append(row)
        facts.append(ItemFacts(row.item))
        statistics.grow(to: rows.count)
    }

    private mutating func makeRow(
        _ item: Item, number: ItemNumber, availability: ItemRow.Availability
    ) -> ItemRow {
        ItemRow(
            number: number, item: item, categories: item.categories.compactMap { categories.code(of: $0) },
            availability: availability, answerFragment: AnswerFragment.bytes(of: item))
    }

    private static func popularity(
        of number: ItemNumber, _ rows: ChunkedArray<ItemRow>, _ statistics: ItemStatistics
    ) -> RankedList.Entry? {
        guard rows[Int(number)].isAvailable else { return nil }
        return RankedList.Entry(key: Double(statistics.popularity(of: number)), item: number)
    }

    private static func age(of number: ItemNumber, _ rows: ChunkedArray<ItemRow>) -> RankedList.Entry? {
        guard rows[Int(number)].isAvailable else { return nil }
        return RankedList.Entry(key: Double(rows[Int(number)].item.createdAt), item: number)
    }
}
