package import Domain
import Synchronization

/// From item ids to numbers, for any thread: 64 shards, a short lock each. O(1).
package final class ItemNumbers: Sendable {
    /// What is known of an id.
    package struct Entry: Sendable {
        package let number: ItemNumber
        /// The place in the log of the update that brought the item: events before it do not know the item.
        package let introduced: Int64

        package init(number: ItemNumber, introduced: Int64) {
            self.number = number
            self.introduced = introduced
        }
    }

    private final class Shard: Sendable {
        let entries = Mutex<[String: Entry]>([:])
    }

    private let shards = (0..<64).map { _ in Shard() }

    package init() {}

    /// The number of an id, nil when it has none, or had none at the place `moment` of the log.
    package func number(of id: String, at moment: Int64 = .max) -> ItemNumber? {
        guard let entry = entry(of: id), entry.introduced <= moment else { return nil }
        return entry.number
    }

    /// All that is known of an id.
    package func entry(of id: String) -> Entry? {
        shard(of: id).entries.withLock { $0[id] }
    }

    /// Gives an id its number; false when it has one already.
    package func insert(_ id: String, _ entry: Entry) -> Bool {
        shard(of: id).entries.withLock { entries in
            if entries[id] != nil { return false }
            entries[id] = entry
            return true
        }
    }

    /// FNV-1a over the last bytes, in which ids differ.
    private func shard(of id: String) -> Shard {
        var hash: UInt32 = 2_166_136_261
        for byte in id.utf8.suffix(8) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return shards[Int((hash ^ (hash >> 16)) & 63)]
    }
}
