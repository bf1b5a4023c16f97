package import Domain

/// Follows the catalogue: what every process keeps a local copy of.
package protocol ItemCatalogue: Sendable {
    /// The state as of now; a cheap reference.
    func snapshot() -> CatalogueSnapshot
    /// The number of an item that was ever in the catalogue.
    func number(of id: String) -> ItemNumber?
}

/// The role *item-features*: owns the catalogue and the items' statistics.
package protocol ItemFeaturesService: ItemCatalogue {
    /// Creates or replaces items; durable and visible to the next snapshot when it returns.
    func put(_ items: [Item]) async throws
    /// Deletes an item for good; false when the catalogue does not have it.
    func delete(_ id: String) async throws -> Bool
}
