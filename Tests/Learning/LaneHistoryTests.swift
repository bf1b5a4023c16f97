import CommandLine
import Contracts
import Domain
import EventLog
import Learning
import TestSupport
import Testing
import Training

/// The history of a log with several lanes that holds whatever was sent to it.
@Suite struct LaneHistoryTests {
    private static let topics = Topics(prefix: "t")
    private let log = MemoryLog(partitions: 4)

    private var reader: HistoryReader { HistoryReader(log: log, topics: Self.topics, weights: .standard) }

    private func put(_ ids: String...) throws {
        try log.store(
            ids.map {
                NewRecord(topic: Self.topics.itemUpdates, key: $0, value: ItemJSON.encoded(Item(id: $0)), timestamp: 0)
            })
    }

    private func send(_ events: Event..., partition: Int? = nil) throws {
        try log.store(
            events.map {
                NewRecord(
                    topic: Self.topics.userEvents, key: $0.user, value: EventJSON.encoded($0), timestamp: $0.timestamp,
                    partition: partition)
            })
    }

    private func click(_ id: String, _ user: String, _ item: String, at timestamp: Int64) -> Event {
        Event(id: id, type: "click", user: user, items: [item], timestamp: 1_700_000_000_000 + timestamp)
    }

    private func taken(_ history: TrainingHistory) -> [String] {
        let corpus = history.corpus
        return corpus.interactions.map {
            "\(corpus.users[Int($0.user)]) \(corpus.items[Int($0.entry.item)].id) \($0.entry.timestamp - 1_700_000_000_000)"
        }
    }

    @Test func lanesAreReadInTheOrderOfTime() throws {
        try put("a", "b", "c")
        let users = (0..<12).map { "u\($0)" }
        #expect(Set(users.map { Murmur2.partition(of: $0, count: 4) }).count > 1)
        for (place, user) in users.enumerated() {
            try send(click("e\(place)", user, "a", at: Int64(100 - place)))
        }
        let history = try reader.read(progress: .none)
        #expect(taken(history) == users.indices.reversed().map { "u\($0) a \(100 - $0)" })
        #expect(history.events == 12)
    }

    @Test func itemsHaveTheirRecordsTimeWhereTheySayNone() throws {
        for (id, more) in [("a", ""), ("b", #","created_at":5"#)] {
            try log.store([
                NewRecord(
                    topic: Self.topics.itemUpdates, key: id, value: Array("{\"id\":\"\(id)\"\(more)}".utf8),
                    timestamp: 77)
            ])
        }
        let items = try reader.read(progress: .none).corpus.items
        #expect(Set(items.map { "\($0.id) \($0.createdAt)" }) == ["a 77", "b 5"])
    }

    @Test func anEventCountsOnceAndAtHome() throws {
        try put("a")
        let event = click("e", "u", "a", at: 5)
        let home = Murmur2.partition(of: "u", count: 4)
        try send(event)
        try send(event)
        try send(event, partition: (home + 1) % 4)
        #expect(taken(try reader.read(progress: .none)) == ["u a 5"])
    }

    @Test func nothingCountsThatAUserDidBeforeTheErasure() throws {
        try put("a", "b")
        try send(click("1", "u", "a", at: 1), click("2", "v", "a", at: 2))
        try send(
            Event(id: "x", type: Event.erasureType, user: "u", items: [], timestamp: 1_700_000_000_003),
            click("3", "u", "b", at: 4), click("4", "v", "b", at: 5))
        let history = try reader.read(progress: .none)
        #expect(taken(history) == ["v a 2", "u b 4", "v b 5"])
        #expect(Set(history.corpus.users) == ["u", "v"] && history.corpus.users.count == 2)
    }

    @Test func whatCameAfterAnEndIsLeftOut() throws {
        try put("a", "b")
        try send(click("1", "u", "a", at: 1), click("2", "v", "b", at: 2))
        let first = try reader.read(progress: .none)
        try put("c")
        try send(click("3", "w", "a", at: 0), click("4", "u", "c", at: 9))
        let again = try reader.read(through: first.end, progress: .none)
        #expect(taken(again) == taken(first) && again.fingerprint == first.fingerprint)
        #expect(try reader.read(progress: .none).fingerprint != first.fingerprint)
    }

    @Test func compactionOfTheCatalogueChangesNothing() throws {
        try put("a", "b", "c", "d")
        try send(click("1", "u", "b", at: 1), click("2", "u", "a", at: 2))
        let first = try reader.read(progress: .none)
        try put("a", "c")
        log.compact(Self.topics.itemUpdates)
        let again = try reader.read(progress: .none)
        #expect(again.fingerprint == first.fingerprint)
    }
}
