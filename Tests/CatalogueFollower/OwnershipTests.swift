import Contracts
import Domain
import EventLog
import ItemFeatures
import Messages
import TestSupport
import Testing

/// The catalogue has one owner.
@Suite struct OwnershipTests {
    /// Another instance each time.
    private static var watchful: ItemFeaturesConfiguration.Publication {
        .init(statisticsInterval: 1, ownerCheckInterval: 1)
    }

    private let topics = Topics()
    private let log = MemoryLog(partitions: 2)

    @Test func theOlderOfTwoStops() async throws {
        let older = try Owner(in: TemporaryDirectory(), log: log, publication: Self.watchful)
        try await older.items.put((0..<10).map { Item(id: "i\($0)") })
        let newer = try Owner(in: TemporaryDirectory(), log: log, publication: Self.watchful)
        await eventually { older.stopReasons.count == 1 }
        #expect(older.stopReasons.first?.code == .takenOver)
        #expect(older.stopReasons.first?.message.contains("run one item-features") == true)
        #expect(older.items.stopReason == older.stopReasons.first)
        await #expect(throws: ItemFeaturesError.self) { try await older.items.put([Item(id: "late")]) }
        await #expect(throws: ItemFeaturesError.self) { _ = try await older.items.delete("i1") }
        older.close()
        // The newer one has everything, and goes on.
        #expect(newer.items.stopReason == nil)
        for id in 0..<10 { #expect(newer.items.number(of: "i\(id)") == older.items.number(of: "i\(id)")) }
        try await newer.items.put([Item(id: "new")])
        #expect(log.records(topics.itemFeatures).contains { $0.key == "new" })
        #expect(newer.stopReasons.isEmpty)
        newer.close()
    }

    @Test func rowsThatThePreviousOwnerWroteTooLateAreWrittenAgain() async throws {
        let owner = try Owner(in: TemporaryDirectory(), log: log, publication: Self.watchful)
        let items = (0..<10).map { Item(id: "i\($0)", title: "old") }
        try await owner.items.put(items)
        let stale = log.records(topics.itemFeatures).filter { $0.key.hasPrefix("i") }
        try await owner.items.put(
            items.map { item in
                var item = item
                item.title = "new"
                return item
            })
        try log.store(
            stale.map {
                NewRecord(
                    topic: $0.topic, key: $0.key, value: $0.value, timestamp: 0,
                    headers: [RecordHeader("cascade-owner", "another")], partition: $0.partition)
            })
        for item in items {
            try await eventually {
                let last = log.records(topics.itemFeatures).last { $0.key == item.id }
                return try last?.value.withUnsafeBytes { try ItemRowMessage.decode($0) }.item.title == "new"
            }
        }
        #expect(owner.items.stopReason == nil)
        owner.close()
    }

    @Test func aStartOverAWholeCheckpointAdoptsNothing() async throws {
        let folder = try TemporaryDirectory()
        let owner = try Owner(in: folder, log: log, publication: Self.watchful)
        try await owner.items.put([Item(id: "a"), Item(id: "b")])
        #expect(try await owner.items.flush())
        owner.close()
        let again = try Owner(in: folder, log: log, publication: Self.watchful)
        #expect(again.items.number(of: "a") == owner.items.number(of: "a"))
        #expect(again.items.snapshot().rows.count == 2)
        again.close()
    }
}
