import Domain
package import Training

/// What the log and the catalogue hold, in terms of array indices, and what was left out on the way.
package struct TrainingHistory: Sendable {
    /// Items and interactions.
    package var corpus: Corpus
    /// The last records of the log that are in it.
    package var end: HistoryEnd
    /// Events read.
    package var events = 0
    /// Of those, events about items that the catalogue does not have.
    package var eventsOfUnknownItems = 0
    /// Records that cannot be read as an event or an item.
    package var unreadable = 0

    /// Tells this history from another one: a hash (FNV-1a, 62 bits) of every interaction's user, item and time. Where
    /// compaction may change the order of the items in the log, items count by their ids.
    package var fingerprint: Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let items = end.isTotal ? [] : corpus.items.map { CorpusBuilder.hash(of: $0.id) }
        for interaction in corpus.interactions {
            let item = Int(interaction.entry.item)
            hash = (hash ^ UInt64(interaction.user)) &* 0x100_0000_01B3
            hash = (hash ^ (end.isTotal ? UInt64(item) : items[item])) &* 0x100_0000_01B3
            hash = (hash ^ UInt64(bitPattern: interaction.entry.timestamp)) &* 0x100_0000_01B3
        }
        return Int(hash >> 2)
    }
}
