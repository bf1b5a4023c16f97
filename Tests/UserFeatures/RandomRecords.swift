import Contracts
import Domain
import EventLog
import TestSupport

/// Records as producers of all kinds send them: events in their place, elsewhere, twice, without id or time, of unknown
/// items; attributes, erasures, and what is no event at all.
struct RandomRecords {
    let users: Int
    let partitions: Int
    let topics: Topics
    private var random: SeededGenerator
    private var sent: [NewRecord] = []
    private var count = 0

    init(seed: UInt64, users: Int, partitions: Int, topics: Topics = Topics()) {
        random = SeededGenerator(seed: seed)
        self.users = users
        self.partitions = partitions
        self.topics = topics
    }

    mutating func next() -> NewRecord {
        count += 1
        let user = "user-\(Int.random(in: 0..<users, using: &random))"
        let time = 1_764_000_000_000 + Int64(count) * 1_000 + Int64.random(in: 0..<5_000, using: &random)
        var record = NewRecord(topic: topics.userEvents, key: user, value: [], timestamp: time)
        switch Int.random(in: 0..<40, using: &random) {
        case 0:
            record.value = Array(["{", "", "[]", #"{"event_id":"x","user":"u"}"#].randomElement(using: &random)!.utf8)
        case 1: record.value = Array(#"{"event_id":"\#(count)","type":"click","item":"i1"}"#.utf8)
        case 2: record.value = Array(#"{"type":"view","user":"\#(user)","item":"i\#(count % 90)"}"#.utf8)
        case 3: record.value = encoded("attributes", user, time, item: nil, type: Event.userAttributesType)
        case 4: record.value = encoded("erase", user, time, item: nil, type: Event.erasureType)
        case 5: record.value = encoded("unknown", user, time, item: "nothing", type: "click")
        case 6...9 where !sent.isEmpty: record = sent.suffix(30).randomElement(using: &random)!
        default:
            let type = ["view", "click", "rating", "dislike", "impression"].randomElement(using: &random)!
            record.value = encoded("event", user, time, item: "i\(Int.random(in: 0..<90, using: &random))", type: type)
        }
        if Int.random(in: 0..<5, using: &random) == 0 {
            record.partition = Int.random(in: 0..<partitions, using: &random)
            if Bool.random(using: &random) { record.key = "" }
        }
        sent.append(record)
        return record
    }

    private func encoded(_ kind: String, _ user: String, _ time: Int64, item: String?, type: String) -> [UInt8] {
        var event = Event(
            id: "\(kind)-\(count)", type: type, user: user, items: item.map { [$0] } ?? [], timestamp: time)
        if type == Event.userAttributesType { event.fields = ["n": .number(Double(count)), "t": .texts(["x", "y"])] }
        if type == "rating" { event.value = 3.5 }
        return EventJSON.encoded(event)
    }
}
