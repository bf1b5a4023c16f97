/// Keys of the changelogs item-features and user-features that are no items' or users' ids: control characters cannot
/// occur in those.
package enum ChangelogKey {
    /// The places in the other topics that everything before it covers.
    package static let position = "\u{1}position"
    /// Which process writes here, see ``PartitionClaim``.
    package static let owner = "\u{1}owner"

    /// Whether a key is no id.
    package static func isReserved(_ key: String) -> Bool { key.utf8.first == 1 }
}
