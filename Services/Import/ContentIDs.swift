import Contracts
import Domain

/// Event ids that follow from content: the same rows, in whatever file, get the same ids.
struct ContentIDs {
    private var given: Set<String> = []

    /// The id of a row of this content and time; a further row of the same content gets another, which follows from its
    /// number among them.
    mutating func id(of hash: ContentHash, timestamp: Int64) -> String {
        var hash = hash
        while true {
            let id = ContentHash.id(hash.value, timestamp: timestamp)
            if given.insert(id).inserted { return id }
            hash.combine(byte: 1)
        }
    }

    /// The id of an event that has none.
    mutating func id(of event: Event) -> String {
        var hash = ContentHash()
        for byte in EventJSON.encoded(event) { hash.combine(byte: byte) }
        return id(of: hash, timestamp: event.timestamp)
    }
}
