package import Domain

/// An item as the catalogue has it.
package enum ItemStanding: Sendable, Equatable {
    case unknown
    case known(Item)
    /// Deleted on purpose: an import leaves it so.
    case deleted
}
