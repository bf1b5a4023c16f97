package import Domain
package import EventLog

/// Follows the catalogue: what every process keeps a local copy of.
package protocol ItemCatalogue: Sendable {
    /// The state as of now; a cheap reference.
    func snapshot() -> CatalogueSnapshot
    /// The number of an item that was ever in the catalogue. It may be newer than a snapshot taken before.
    func number(of id: String) -> ItemNumber?
    /// The number of an item that was in the catalogue at a place of the log, or before: what a replay asks, so that it
    /// knows no item before its time.
    func number(of id: String, at position: LogPosition) -> ItemNumber?
    /// Blocks until what was published before the call is known, for a second at most. What a consumer does once a batch
    /// when an event names an item that is not known: the item may be newer than the local copy.
    func catchUp()
}

extension ItemCatalogue {
    /// For catalogues that do not change: the number of an item at any time.
    package func number(of id: String, at position: LogPosition) -> ItemNumber? { number(of: id) }

    /// For catalogues that are never behind.
    package func catchUp() {}
}

/// The role *item-features*: owns the catalogue and the items' statistics.
package protocol ItemFeaturesService: ItemCatalogue {
    /// Creates or replaces items; durable and visible to the next snapshot when it returns.
    func put(_ items: [Item]) async throws
    /// Deletes an item for good; false when the catalogue does not have it.
    func delete(_ id: String) async throws -> Bool
}
