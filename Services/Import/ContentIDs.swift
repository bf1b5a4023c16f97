import Contracts
import Domain

/// Event ids that follow from content: the same rows, in whatever file, get the same ids.
struct ContentIDs {
    private var given: Set<UInt64> = []

    /// The id of a row; a further row of the same content gets another, which follows from its number among them.
    mutating func id(of hash: ContentHash) -> String {
        var hash = hash
        while true {
            let value = hash.value
            if given.insert(UInt64(truncatingIfNeeded: value)).inserted { return ContentHash.id(value) }
            hash.combine(byte: 1)
        }
    }

    /// The id of an event that has none.
    mutating func id(of event: Event) -> String {
        var hash = ContentHash()
        for byte in EventJSON.encoded(event) { hash.combine(byte: byte) }
        return id(of: hash)
    }
}
