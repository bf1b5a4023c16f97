import Contracts
import Domain
import EventLog
import TestSupport
import Testing

/// Random changes of a catalogue and events, written straight to the log as any producer may, with what must come of them.
struct History {
    private(set) var random: SeededGenerator
    private var eventCount = 0
    private var time: Int64 = 1_000_000
    /// What the counters must say at the end, for what does not depend on the order of events.
    private(set) var expected: [String: ItemCounters] = [:]
    private(set) var sent: [NewRecord] = []
    private(set) var badUpdates = 0
    let topics = Topics()

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    /// An item of the catalogue from now on.
    mutating func newItem() -> Item {
        let item = item()
        expected[item.id] = expected[item.id] ?? ItemCounters()
        return item
    }

    mutating func item() -> Item {
        Item(
            id: "i\(pick(40))", title: "t\(pick(3))", categories: ["c\(pick(9))", "c9"], createdAt: Int64(pick(1000)),
            isHidden: pick(8) == 0)
    }

    /// A change as a producer writes it: of an item, a deletion, or something that is neither.
    mutating func update() -> NewRecord {
        switch pick(8) {
        case 0:
            let item = item()
            return NewRecord(topic: topics.itemUpdates, key: item.id, value: [], timestamp: time)
        case 1:
            badUpdates += 1
            let text = ["{", #"{"id":"other"}"#, #"{"id":7}"#, #"{"title":"x"}"#][pick(4)]
            return NewRecord(topic: topics.itemUpdates, key: item().id, value: Array(text.utf8), timestamp: time)
        default:
            let item = newItem()
            return NewRecord(topic: topics.itemUpdates, key: item.id, value: ItemJSON.encoded(item), timestamp: time)
        }
    }

    /// Events of items that are known, some of them twice, some in the wrong partition and then forwarded.
    mutating func events(partitions: Int) -> [NewRecord] {
        let known = expected.keys.sorted()
        guard !known.isEmpty else { return [] }
        var records: [NewRecord] = []
        for _ in 0..<(1 + pick(6)) {
            eventCount += 1
            time += Int64(pick(9_000_000))
            let type = ["view", "click", "like", "rating", "impression", "purchase"][pick(6)]
            let items = Array(Set((0..<(type == "impression" ? 3 : 1)).map { _ in known[pick(known.count)] })).sorted()
            let event = Event(
                id: "e\(eventCount)", type: type, user: "u\(pick(9))", items: items, timestamp: time,
                value: Double(1 + pick(5)))
            for item in items { count(event, of: item) }
            let record = event.record
            records += pick(6) == 0 ? Self.misplaced(record, partitions: partitions) : [record]
            sent.append(record)
            if pick(5) == 0 { records.append(sent[pick(sent.count)]) }
            if pick(5) == 0 { records += Self.misplaced(sent[pick(sent.count)], partitions: partitions) }
        }
        return records
    }

    private mutating func count(_ event: Event, of item: String) {
        for entry in event.entries(weights: .standard, number: { $0 == item ? 0 : nil }) {
            expected[item]!.apply(entry, at: entry.timestamp)
        }
    }

    /// A record where it does not belong, and the copy that its owner made of it.
    private static func misplaced(_ record: NewRecord, partitions: Int) -> [NewRecord] {
        let home = Murmur2.partition(of: record.key, count: partitions)
        var stray = record
        stray.partition = (home + 1) % partitions
        var copy = record
        copy.headers.append(RecordOrigin(partition: stray.partition!, offset: 12_345).recordHeader)
        return [stray, copy]
    }
}
