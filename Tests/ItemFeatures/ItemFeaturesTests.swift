import Contracts
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures
import Metrics
import Synchronization
import Testing
import TestSupport

@Suite struct ItemFeaturesTests {
    @Test func anItemIsThereWhenPutReturns() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        try await system.items.put([
            Item(id: "a\"1", title: "Tea\n", categories: ["Kitchen", "Gifts"], price: 3, createdAt: 5),
            Item(id: "b", title: "Cup", categories: ["Gifts"], createdAt: 7),
        ])
        let snapshot = system.items.snapshot()
        #expect(system.items.number(of: "a\"1") == 0)
        #expect(system.items.number(of: "b") == 1)
        #expect(system.items.number(of: "c") == nil)
        #expect(snapshot.rows.count == 2 && snapshot.facts.count == 2)
        #expect(snapshot.latest == [1, 0])
        #expect(snapshot.popular == [0, 1])
        #expect(snapshot.rows[1].categories == [snapshot.categoryCodes["Gifts"]])
        #expect(
            String(decoding: snapshot.rows[0].answerFragment, as: UTF8.self)
                == #""id":"a\"1","title":"Tea\n","categories":["Kitchen","Gifts"]"#)
        system.close()
    }

    @Test func puttingTheSameAgainLeavesNoTrace() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        let item = Item(
            id: "a", title: "Tea", attributes: ["brand": .text("B"), "tags": .texts(["x", "y"])], price: 0.1)
        try await system.items.put([item])
        let (version, end) = (system.items.snapshot().version, try system.log.endPosition(topic: Topics().itemUpdates))
        try await system.items.put([item])
        #expect(system.items.snapshot().version == version)
        #expect(try system.log.endPosition(topic: Topics().itemUpdates) == end)
        system.close()
    }

    @Test func itemsThatCannotBeStoredAreRefusedBeforeAnythingIs() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        for bad in [
            Item(id: ""), Item(id: "x", price: .infinity), Item(id: String(repeating: "x", count: 2_000)),
            Item(id: "x", attributes: ["n": .number(.nan)]),
            Item(id: "x", title: String(repeating: "t", count: 100_000)),
        ] {
            await #expect(throws: ItemRejection.self) { try await system.items.put([Item(id: "good"), bad]) }
        }
        #expect(system.items.snapshot().rows.count == 0)
        system.close()
    }

    @Test func deletedAndHiddenItemsDisappearAtOnceAndKeepTheirNumbers() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        try await system.items.put((0..<5).map { Item(id: "i\($0)", createdAt: Int64($0)) })
        #expect(try await system.items.delete("i3"))
        #expect(try await !system.items.delete("i3"))
        #expect(try await !system.items.delete("never"))
        try await system.items.put([Item(id: "i1", createdAt: 1, isHidden: true)])
        let snapshot = system.items.snapshot()
        #expect(snapshot.latest == [4, 2, 0] && snapshot.popular == [0, 2, 4])
        #expect(snapshot.rows[3].availability == .deleted && snapshot.rows[1].availability == .hidden)
        try await system.items.put([Item(id: "i3", title: "again", createdAt: 30), Item(id: "new")])
        #expect(system.items.number(of: "i3") == 3 && system.items.number(of: "new") == 5)
        #expect(system.items.snapshot().latest == [3, 4, 2, 0, 5])
        system.close()
    }

    @Test func listenersAreToldBeforePutReturns() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        try await system.items.put([Item(id: "before")])
        let told = Mutex<[[ItemNumber]]>([])
        let from = system.items.onChange { changed, snapshot in
            told.withLock { $0.append(changed.filter { snapshot.rows[Int($0)].number == $0 }) }
        }
        #expect(from.rows.count == 1)
        try await system.items.put([Item(id: "a"), Item(id: "b")])
        #expect(told.withLock { $0 } == [[1, 2]])
        _ = try await system.items.delete("a")
        try await system.items.put([Item(id: "b")])
        try await system.send([Event(id: "e", type: "click", user: "u", items: ["b"], timestamp: 1)])
        #expect(told.withLock { $0 } == [[1, 2], [1]])
        system.close()
    }

    @Test func statisticsAreTheFoldOfTheEventsThatNameKnownItems() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        try await system.items.put([Item(id: "a"), Item(id: "b")])
        let events = [
            Event(id: "1", type: "click", user: "u", items: ["b"], timestamp: 10),
            Event(id: "2", type: "impression", user: "u", items: ["a", "unknown", "b"], timestamp: 2_000_000_000),
            Event(id: "3", type: "rating", user: "v", items: ["b"], timestamp: 1_000_000_000, value: 4),
            Event(id: "4", type: Event.userAttributesType, user: "v", items: [], timestamp: 1_000_000_000),
        ]
        try await system.send(events)
        try await system.send([events[0]])
        var expected = ItemStatistics()
        for event in events {
            for entry in event.entries(weights: .standard, number: { ["a": 0, "b": 1][$0] }) { expected.apply(entry) }
        }
        let statistics = system.items.snapshot().statistics
        #expect(statistics.now == expected.now)
        for item: ItemNumber in [0, 1] { #expect(statistics[item] == expected[item]) }
        #expect(system.metrics.render().contains(#"cascade_item_records_dropped_total{reason="unknown_item"} 1"#))
        system.close()
    }

    @Test func popularityIsInTheListSoonAfterwards() async throws {
        let system = try TestSystem(in: TemporaryDirectory(), checkpointInterval: 10)
        try await system.items.put((0..<3).map { Item(id: "i\($0)") })
        try await system.send([Event(id: "1", type: "purchase", user: "u", items: ["i2"], timestamp: 10)])
        await eventually { system.items.snapshot().popular == [2, 0, 1] }
        system.close()
    }

    @Test func recordsThatAreNoItemsAreCountedAndPassedOver() async throws {
        let system = try TestSystem(in: TemporaryDirectory())
        func record(_ key: String, _ value: String) -> NewRecord {
            NewRecord(topic: Topics().itemUpdates, key: key, value: Array(value.utf8), timestamp: 0)
        }
        _ = try await system.log.append([
            record("a", "{"), record("a", #"{"id":"b"}"#), record("x", ""), record("c", #"{"id":"c","later":1}"#),
        ])
        #expect(system.items.number(of: "c") == 0)
        #expect(system.items.snapshot().rows.count == 1)
        let text = system.metrics.render()
        #expect(text.contains(#"cascade_item_records_dropped_total{reason="unreadable_update"} 2"#))
        #expect(text.contains(#"cascade_item_records_dropped_total{reason="unknown_deletion"} 1"#))
        system.close()
    }
}
