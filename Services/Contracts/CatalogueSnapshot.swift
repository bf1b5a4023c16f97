package import Domain

/// The catalogue and what happened to its items, as of one moment: immutable, shared by all who read it.
package final class CatalogueSnapshot: Sendable {
    /// Raised by every change of a row; statistics alone do not raise it.
    package let version: UInt64
    /// Rows by item number, deleted ones included.
    package let rows: ChunkedArray<ItemRow>
    package let statistics: ItemStatistics
    /// What the ranker's features need of each row's item, by item number.
    package let facts: ChunkedArray<ItemFacts>
    /// Codes by category name.
    package let categoryCodes: [String: CategoryCode]
    /// Available items, the most popular first; at most ``listLength``.
    package let popular: [ItemNumber]
    /// Available items, the newest first; at most ``listLength``.
    package let latest: [ItemNumber]

    /// How long the lists are kept: enough for the longest answer after a user's seen items are dropped.
    package static let listLength = 1000

    package init(
        version: UInt64, rows: ChunkedArray<ItemRow>, statistics: ItemStatistics,
        facts: ChunkedArray<ItemFacts>, categoryCodes: [String: CategoryCode], popular: [ItemNumber],
        latest: [ItemNumber]
    ) {
        self.version = version
        self.rows = rows
        self.statistics = statistics
        self.facts = facts
        self.categoryCodes = categoryCodes
        self.popular = popular
        self.latest = latest
    }
}
