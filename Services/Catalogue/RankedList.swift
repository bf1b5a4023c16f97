import Contracts
package import Domain

/// The best items by a key: the beginning of the order of all of them, kept right while items come, change and go.
///
/// It holds twice as many as are published, so that some can go before all items must be looked at again.
package struct RankedList: Sendable {
    package struct Entry: Sendable {
        package let key: Double
        package let item: ItemNumber

        package init(key: Double, item: ItemNumber) {
            self.key = key
            self.item = item
        }

        /// Higher keys first; the older item of equal ones.
        package static func precedes(_ a: Entry, _ b: Entry) -> Bool {
            a.key != b.key ? a.key > b.key : a.item < b.item
        }
    }

    /// Entries kept.
    package static let capacity = 2 * CatalogueSnapshot.listLength

    /// The beginning of the order.
    package private(set) var entries: [Entry] = []
    /// Whether the entries are all there are.
    package private(set) var isComplete = true
    /// What a snapshot shows.
    package private(set) var numbers: [ItemNumber] = []

    /// Whether nothing is missing in ``numbers``.
    package var isSufficient: Bool { isComplete || entries.count >= CatalogueSnapshot.listLength }

    /// A list of nothing.
    package init() {}

    /// The best of all entries: O(count) for a random order, with a sort of what is kept now and then.
    package init(bestOf count: Int, _ entry: (ItemNumber) -> Entry?) {
        var floor: Entry?
        for number in 0..<ItemNumber(count) {
            guard let entry = entry(number) else { continue }
            if let floor, !Entry.precedes(entry, floor) { continue }
            entries.append(entry)
            if entries.count == 2 * Self.capacity { floor = cut() }
        }
        cut()
        numbers = entries.prefix(CatalogueSnapshot.listLength).map(\.item)
    }

    /// Replaces what the list says about some items. `entry` is nil for one that may not be shown.
    ///
    /// Exact for the others: a changed item is taken in only where its place is known. When ``isSufficient`` is false
    /// afterwards, the list must be made anew.
    package mutating func update(_ changed: Set<ItemNumber>, _ entry: (ItemNumber) -> Entry?) {
        let floor = isComplete ? nil : entries.last
        entries.removeAll { changed.contains($0.item) }
        for number in changed {
            guard let entry = entry(number) else { continue }
            if isComplete {
                entries.append(entry)
            } else if let floor, !Entry.precedes(floor, entry) {
                entries.append(entry)
            }
        }
        cut()
        numbers = entries.prefix(CatalogueSnapshot.listLength).map(\.item)
    }

    /// Sorts, drops what is beyond the capacity, and returns the last one kept if something was dropped.
    @discardableResult
    private mutating func cut() -> Entry? {
        entries.sort(by: Entry.precedes)
        guard entries.count > Self.capacity else { return nil }
        entries.removeLast(entries.count - Self.capacity)
        isComplete = false
        return entries.last
    }
}
