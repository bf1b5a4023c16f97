import CatalogueFollower
import Contracts
import Domain
import EventLog
import ItemFeatures
import Messages
import Metrics
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

    /// Records that nobody who ever owned the catalogue wrote: garbage, tombstones, and rows that look right.
    private func storeStrangers(_ keys: [String]) throws -> Int {
        let row = ItemFeaturesRow(
            number: 3, item: Item(id: "i1", title: "stolen"), availability: .available, counters: ItemCounters(), now: 0
        )
        let records = [ItemRowMessage.encode(row), [], [1, 2, 3]].flatMap { value in
            keys.map { NewRecord(topic: topics.itemFeatures, key: $0, value: value, timestamp: 0) }
        }
        try log.store(records)
        return records.count
    }

    private func dropped(by owner: Owner) -> Int {
        let prefix = #"cascade_item_records_dropped_total{reason="stranger"} "#
        let line = owner.metrics.render().split(separator: "\n").first { $0.hasPrefix(prefix) }
        return line.flatMap { Int($0.dropFirst(prefix.count)) } ?? 0
    }

    @Test func whatStrangersStandInFrontOfIsWrittenAgain() async throws {
        let keys = ["i0", "i1", "nobody", ChangelogKey.position, ChangelogKey.owner]
        let folder = try TemporaryDirectory()
        let owner = try Owner(in: folder, log: log, publication: Self.watchful)
        try await owner.items.put((0..<10).map { Item(id: "i\($0)", title: "real") })
        #expect(try await owner.items.flush())
        // Beside an owner, and while there is none, with and without its disk.
        var count = try storeStrangers(keys)
        await eventually { dropped(by: owner) == count }
        try await expectWhole(owner)
        owner.close()
        #expect(owner.items.stopReason == nil)
        for disk in [folder, try TemporaryDirectory()] {
            count = try storeStrangers(keys)
            let heir = try Owner(in: disk, log: log, publication: Self.watchful)
            // An empty disk's owner meets those of before too.
            #expect(dropped(by: heir) >= count)
            try await expectWhole(heir)
            for id in 0..<10 { #expect(heir.items.number(of: "i\(id)") == owner.items.number(of: "i\(id)")) }
            heir.close()
        }
    }

    /// A copy that is made after the topic was compacted is that of the owner.
    private func expectWhole(_ owner: Owner) async throws {
        for key in ["i0", "i1", ChangelogKey.position] {
            await eventually {
                let last = log.records(topics.itemFeatures).last { $0.key == key }
                return last.map { PartitionClaim.writer(of: $0.headers) != nil } ?? false
            }
        }
        log.compact(topics.itemFeatures)
        let follower = await Follower(log)
        #expect(follower.catalogue.positionMarker != nil)
        expectEqual(follower.catalogue, owner.items)
        #expect(follower.catalogue.snapshot().rows.count == 10)
        #expect((0..<10).allSatisfy { follower.catalogue.snapshot().rows[$0].item.title == "real" })
    }

    @Test func anItemWhoseRowStrangersHidForGoodIsReadAnew() async throws {
        let owner = try Owner(in: TemporaryDirectory(), log: log, publication: Self.watchful)
        try await owner.items.put((0..<4).map { Item(id: "i\($0)", title: "real") })
        #expect(try await owner.items.delete("i0"))
        #expect(try await owner.items.flush())
        let numbers = (0..<4).map { owner.items.number(of: "i\($0)") }
        owner.close()
        _ = try storeStrangers(["i1"])
        log.compact(topics.itemFeatures)
        let heir = try Owner(in: TemporaryDirectory(), log: log, publication: Self.watchful)
        try await heir.settle()
        let rows = heir.items.snapshot().rows
        #expect([0, 2, 3].allSatisfy { heir.items.number(of: "i\($0)") == numbers[$0] })
        let number = try #require(heir.items.number(of: "i1"))
        #expect(number == 4 && rows[4].item.title == "real")
        #expect(numbers[0].map { rows[Int($0)].availability } == .deleted)
        heir.close()
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
