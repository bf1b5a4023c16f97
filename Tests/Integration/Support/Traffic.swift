import Contracts
import Domain
import EventLog
import TestSupport

/// Events as producers of all kinds send them: some twice, some without an id, some outside their user's partition.
struct Traffic {
    let topics: Topics
    let partitions: Int
    let items: Int
    let users: Int
    /// Events of each user that were sent, repeated ones once: what is to take effect.
    private(set) var effects: [String: UInt64] = [:]
    private(set) var count = 0
    private var random = SeededGenerator(seed: 7)
    // Of now, or the topic's retention removes them while they are read.
    private let start = DeadLetter.wallClock()

    init(topics: Topics, partitions: Int, items: Int, users: Int) {
        self.topics = topics
        self.partitions = partitions
        self.items = items
        self.users = users
    }

    /// The next events, each as one record or two.
    mutating func next(_ count: Int) -> [NewRecord] { (0..<count).flatMap { _ in next() } }

    private mutating func next() -> [NewRecord] {
        let number = count
        count += 1
        let user = "user-\(Int.random(in: 0..<users, using: &random))"
        let item = "item-\(Int.random(in: 0..<items, using: &random))"
        let time = start + Int64(number) / 1_000
        let hasID = number % 10 != 0
        let copies = number % 13 == 0 ? 2 : 1
        let event = Event(id: "event-\(number)", type: "click", user: user, items: [item], timestamp: time)
        var record = NewRecord(topic: topics.userEvents, key: user, value: EventJSON.encoded(event), timestamp: time)
        if !hasID { record.value = Array(#"{"type":"view","user":"\#(user)","item":"\#(item)"}"#.utf8) }
        if number % 7 == 0 { record.partition = Int.random(in: 0..<partitions, using: &random) }
        effects[user, default: 0] += hasID ? 1 : UInt64(copies)
        return Array(repeating: record, count: copies)
    }
}
