/// Keys of the topic item-features that are no items' ids: control characters cannot occur in those.
package enum ChangelogKey {
    /// The places in the other topics that everything before it in time covers, see ``PositionMarker``.
    package static let position = "\u{1}position"

    /// Whether a key is no item's.
    package static func isReserved(_ key: String) -> Bool { key.utf8.first == 1 }
}
