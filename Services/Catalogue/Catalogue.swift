package import Contracts
package import Domain

/// The rows and statistics of all items as the log tells them: the state behind snapshots, changed by one thread at a
/// time.
///
/// A pure fold: which numbers, codes and counters come out depends on the updates and events in their order alone.
///
/// Numbers may come in any order: one beyond the end makes room, and the numbers in between are held by rows of nothing,
/// see ``isVacant(_:)``, which are never available, until their items come.
package struct Catalogue: Sendable {
    package private(set) var rows = ChunkedArray<ItemRow>()
    package private(set) var statistics = ItemStatistics()
    package private(set) var facts = ChunkedArray<ItemFacts>()
    package private(set) var categories = CategoryCodes()
    /// Raised by every change of a row.
    package private(set) var version: UInt64 = 0
    package private(set) var popular = RankedList()
    package private(set) var latest = RankedList()
    /// Whether statistics have changed since ``popular`` was made.
    package private(set) var isPopularStale = false
    /// Rows changed since the last call of ``takeChanges()``.
    private var changed = MarkedNumbers()
    /// Rows changed since ``beginPopular()``.
    private var changedSincePopular = MarkedNumbers()

    /// A catalogue of nothing.
    package init() {}

    /// Creates or replaces the item with this number, `rows.count` for a new one. False when it is as it was.
    package mutating func put(_ item: Item, number: ItemNumber) -> Bool {
        put(item, number: number, availability: item.isHidden ? .hidden : .available)
    }

    /// Creates or replaces the item with this number, whatever its availability. False when it is as it was.
    package mutating func put(_ item: Item, number: ItemNumber, availability: ItemRow.Availability) -> Bool {
        if Int(number) < rows.count {
            let row = rows[Int(number)]
            if row.availability == availability, row.item == item { return false }
        }
        reserve(Int(number))
        set(makeRow(item, number: number, availability: availability))
        return true
    }

    /// Holds numbers up to `count` by rows of nothing where they have none. No effect when there are as many.
    package mutating func reserve(_ count: Int) {
        while rows.count < count {
            let number = ItemNumber(rows.count)
            append(
                ItemRow(number: number, item: Item(id: ""), categories: [], availability: .deleted, answerFragment: []))
            changed.insert(number)
            changedSincePopular.insert(number)
        }
    }

    /// Whether a number below `rows.count` is held by no item: a place that was left out, so far or for good.
    package func isVacant(_ number: ItemNumber) -> Bool {
        rows.withElement(Int(number)) { $0.item.id.isEmpty }
    }

    /// Marks an item as deleted; its number stays taken. False when it was deleted before.
    package mutating func delete(_ number: ItemNumber) -> Bool {
        let row = rows[Int(number)]
        guard row.availability != .deleted else { return false }
        set(
            ItemRow(
                number: number, item: row.item, categories: row.categories, availability: .deleted,
                answerFragment: row.answerFragment))
        return true
    }

    /// Takes an interaction in.
    package mutating func apply(_ entry: HistoryEntry) {
        statistics.apply(entry)
        isPopularStale = true
    }

    /// Lets the stream's time pass without an interaction. A moment in the past changes nothing.
    package mutating func advance(to moment: Int64) {
        guard moment > statistics.now else { return }
        statistics.advance(to: moment)
        isPopularStale = true
    }

    /// Replaces an item's counters, as of the stream's time `now`. False when they are as they were.
    package mutating func set(_ counters: ItemCounters, for number: ItemNumber, now: Int64) -> Bool {
        advance(to: now)
        guard statistics[number] != counters else { return false }
        statistics.restore(counters, for: number, now: now)
        isPopularStale = true
        return true
    }

    /// Brings the lists in line with the rows that changed and returns those; O(changes), rarely O(items).
    package mutating func takeChanges() -> [ItemNumber] {
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

    /// As ``takeChanges()`` after very many changes, such as a load: makes both lists anew, O(items).
    package mutating func takeAll() -> [ItemNumber] {
        let numbers = changed.take()
        guard !numbers.isEmpty || isPopularStale else { return [] }
        version += 1
        isPopularStale = false
        _ = changedSincePopular.take()
        makeLists()
        return numbers
    }

    /// What the list of popular items is to be made of, on another thread; ``endPopular(_:)`` brings it back.
    package mutating func beginPopular() -> (rows: ChunkedArray<ItemRow>, statistics: ItemStatistics) {
        isPopularStale = false
        _ = changedSincePopular.take()
        return (rows, statistics)
    }

    /// Takes a list in that ``mostPopular(_:_:)`` made, and brings it in line with the rows that changed meanwhile.
    package mutating func endPopular(_ list: RankedList) {
        popular = list
        updatePopular(Set(changedSincePopular.take()))
    }

    /// The list of popular items: O(items), without any lock.
    package static func mostPopular(_ rows: ChunkedArray<ItemRow>, _ statistics: ItemStatistics) -> RankedList {
        RankedList(bestOf: rows.count) { popularity(of: $0, rows, statistics) }
    }

    /// Puts a stored category back; false when it is not the next one.
    package mutating func restoreCategory(_ name: String, code: Int) -> Bool {
        code == categories.names.count && categories.code(of: name).map(Int.init) == code
    }

    /// Puts a stored item back: the next one.
    package mutating func restore(_ item: Item, number: ItemNumber, availability: ItemRow.Availability) {
        append(makeRow(item, number: number, availability: availability))
    }

    /// Puts stored counters back.
    package mutating func restore(_ counters: ItemCounters, for number: ItemNumber, now: Int64) {
        statistics.restore(counters, for: number, now: now)
    }

    /// Makes both lists, as after a restore: O(items).
    package mutating func makeLists() {
        let rows = rows
        popular = Self.mostPopular(rows, statistics)
        latest = RankedList(bestOf: rows.count) { Self.age(of: $0, rows) }
    }

    /// The catalogue as readers see it.
    package func snapshot() -> CatalogueSnapshot {
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
