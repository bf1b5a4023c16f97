import CatalogueFollower
import Contracts
import Domain
import EventLog
import ItemFeatures
import Logging
import Messages
import Metrics
import Synchronization
import TestSupport
import Testing

@Suite struct CatalogueFollowerTests {
    @Test func whatTheOwnerPutIsThereAfterCatchingUp() async throws {
        let log = MemoryLog(partitions: 3)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        try await owner.items.put([
            Item(id: "a\"1", title: "Tea\n", categories: ["Kitchen", "Gifts"], price: 3, createdAt: 5),
            Item(id: "b", title: "Cup", categories: ["Gifts"], createdAt: 7),
        ])
        let follower = await Follower(log)
        expectEqual(follower.catalogue, owner.items)
        try await owner.items.put([Item(id: "c", createdAt: 6), Item(id: "b", isHidden: true)])
        follower.catalogue.catchUp()
        expectEqual(follower.catalogue, owner.items)
        #expect(follower.catalogue.snapshot().latest == [2, 0])
        #expect(try await owner.items.delete("a\"1"))
        follower.catalogue.catchUp()
        expectEqual(follower.catalogue, owner.items)
        #expect(follower.catalogue.snapshot().rows[0].availability == .deleted)
        owner.close()
    }

    @Test func listenersAreToldBeforeCatchingUpReturns() async throws {
        let log = MemoryLog(partitions: 3)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        try await owner.items.put([Item(id: "a")])
        let follower = await Follower(log)
        let told = Mutex<Set<ItemNumber>>([])
        let before = follower.catalogue.onChange { changed, snapshot in
            told.withLock { $0.formUnion(changed.filter { Int($0) < snapshot.rows.count }) }
        }
        #expect(before.rows.count == 1)
        try await owner.items.put([Item(id: "b"), Item(id: "c")])
        follower.catalogue.catchUp()
        #expect(told.withLock { $0 } == [1, 2])
        owner.close()
    }

    @Test func statisticsFollowWithoutBeingAskedFor() async throws {
        let log = MemoryLog(partitions: 3)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        try await owner.items.put((0..<3).map { Item(id: "i\($0)") })
        let follower = await Follower(log)
        try await owner.send([Event(id: "1", type: "purchase", user: "u", items: ["i2"], timestamp: 10)])
        await eventually { follower.catalogue.snapshot().popular == [2, 0, 1] }
        try await owner.settle()
        _ = try await owner.items.flush()
        follower.catalogue.catchUp()
        expectEqual(follower.catalogue, owner.items)
        owner.close()
    }

    @Test func rowsMayComeInAnyOrder() async throws {
        let log = MemoryLog(partitions: 1)
        let follower = await Follower(log)
        try log.store([row(4, "e"), row(1, "b")])
        follower.catalogue.catchUp()
        let early = follower.catalogue.snapshot()
        #expect(early.rows.count == 5 && early.latest == [1, 4])
        #expect((0..<5).filter { early.isAvailable($0) } == [1, 4])
        #expect((0..<5).filter { early.isInCatalogue($0) } == [1, 4])
        #expect(follower.catalogue.number(of: "e") == 4 && follower.catalogue.number(of: "") == nil)
        try log.store([row(0, "a"), row(3, "d"), row(2, "c")])
        follower.catalogue.catchUp()
        #expect(follower.catalogue.snapshot().latest == [0, 1, 2, 3, 4])
    }

    @Test func whatIsNoRowIsCountedAndPassedOver() async throws {
        let log = MemoryLog(partitions: 1)
        let follower = await Follower(log, maximumItems: 100)
        var other = row(2, "c")
        other.key = "d"
        let good = row(0, "a")
        try log.store([
            good, record("x", [1, 2, 3]), record("y", Array(good.value.dropLast(3))), other, row(100, "far"),
            row(0, "thief"), row(1, "a"), row(1, "b"), record("\u{1}later", [9]),
        ])
        follower.catalogue.catchUp()
        let snapshot = follower.catalogue.snapshot()
        #expect(snapshot.rows.count == 2 && snapshot.rows[0].item.id == "a" && snapshot.rows[1].item.id == "b")
        let text = follower.metrics.render()
        #expect(text.contains(#"cascade_catalogue_rows_dropped_total{role="test",reason="unreadable"} 3"#))
        #expect(text.contains(#"cascade_catalogue_rows_dropped_total{role="test",reason="conflicting_number"} 2"#))
        #expect(text.contains(#"cascade_catalogue_rows_dropped_total{role="test",reason="number_beyond_limit"} 1"#))
    }

    @Test func whatNoOwnerWroteIsCountedAndPassedOver() async throws {
        let log = MemoryLog(partitions: 1)
        let follower = await Follower(log)
        try log.store([record(ChangelogKey.position, [1, 2, 3]), row(0, "a")])
        for value in [[], [4, 5], row(7, "a").value, row(7, "b").value] {
            try log.store(
                ["a", "b", ChangelogKey.position, ChangelogKey.owner].map {
                    NewRecord(topic: Topics().itemFeatures, key: $0, value: value, timestamp: 0)
                })
        }
        follower.catalogue.catchUp()
        #expect(follower.catalogue.snapshot().latest == [0] && follower.catalogue.snapshot().rows.count == 1)
        #expect(follower.catalogue.number(of: "b") == nil)
        #expect(follower.catalogue.positionMarker == [1, 2, 3])
        let text = follower.metrics.render()
        #expect(text.contains(#"cascade_catalogue_rows_dropped_total{role="test",reason="stranger"} 16"#))
        #expect(text.contains(#"cascade_catalogue_rows_dropped_total{role="test",reason="unreadable"} 0"#))
    }

    @Test func aTombstoneDeletes() async throws {
        let log = MemoryLog(partitions: 2)
        try log.store([row(0, "a"), row(1, "b")])
        let follower = await Follower(log)
        try log.store([record("a", [])])
        follower.catalogue.catchUp()
        #expect(follower.catalogue.snapshot().latest == [1])
        #expect(follower.catalogue.number(of: "a") == 0)
    }

    @Test func nothingIsToldBeforeAllThatWasThereIsRead() async throws {
        let log = MemoryLog(partitions: 4, batchLength: 7)
        try log.store((0..<500).map { row(ItemNumber($0), "i\($0)") })
        let told = Mutex<[Int]>([])
        let follower = Follower(unready: log)
        follower.catalogue.onChange { _, snapshot in told.withLock { $0.append(snapshot.rows.count) } }
        await eventually { follower.catalogue.isCaughtUp }
        #expect(follower.catalogue.snapshot().rows.count == 500)
        #expect(told.withLock { $0.allSatisfy { $0 == 500 } && $0.count <= 1 })
    }

    @Test func aLogThatIsBehindHoldsCatchingUpForItsTimeOnly() async throws {
        let log = MemoryLog(partitions: 1)
        let follower = await Follower(log, catchUpTimeout: 20)
        follower.catalogue.close()
        try log.store([row(0, "a")])
        follower.catalogue.catchUp()
        await follower.catalogue.caughtUp()
        #expect(follower.catalogue.snapshot().rows.count == 0)
    }

    private func row(_ number: ItemNumber, _ id: String) -> NewRecord {
        let row = ItemFeaturesRow(
            number: number, item: Item(id: id), availability: .available, counters: ItemCounters(), now: 0)
        return record(id, ItemRowMessage.encode(row))
    }

    /// As an owner of the catalogue writes it.
    private func record(_ key: String, _ value: [UInt8]) -> NewRecord {
        NewRecord(
            topic: Topics().itemFeatures, key: key, value: value, timestamp: 0,
            headers: [RecordHeader("cascade-owner", "one")])
    }
}
