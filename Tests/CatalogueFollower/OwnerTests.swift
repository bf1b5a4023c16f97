import CatalogueFollower
import Checkpoint
import Contracts
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures
import Logging
import Messages
import Metrics
import TestSupport
import Testing

/// The owner of the catalogue over a log of several lanes.
@Suite struct OwnerTests {
    private let topics = Topics()

    @Test func whatProducersWriteIsLiveWithoutARestart() async throws {
        let log = MemoryLog(partitions: 3)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        let follower = await Follower(log)
        try log.store([update(Item(id: "a", createdAt: 1)), update(Item(id: "b", createdAt: 2))])
        await eventually { Set(follower.catalogue.snapshot().latest).count == 2 }
        try log.store([NewRecord(topic: topics.itemUpdates, key: "a", value: [], timestamp: 0)])
        let number = try #require(follower.catalogue.number(of: "b"))
        await eventually { follower.catalogue.snapshot().latest == [number] }
        owner.close()
    }

    @Test func aChangeThatCannotBeReadIsADeadLetter() async throws {
        let log = MemoryLog(partitions: 3)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        try log.store([
            NewRecord(topic: topics.itemUpdates, key: "a", value: Array("{".utf8), timestamp: 5),
            NewRecord(topic: topics.itemUpdates, key: "b", value: Array(#"{"id":"c"}"#.utf8), timestamp: 5),
            NewRecord(topic: topics.itemUpdates, key: "", value: [], timestamp: 5, partition: 1),
            update(Item(id: "good")),
        ])
        try await owner.settle()
        await eventually { log.records(topics.deadLetter).count == 3 }
        var reasons: [String: String] = [:]
        for letter in log.records(topics.deadLetter) {
            let reason = letter.headers.last { $0.name == "cascade-reason" }
            reasons[letter.key] = String(decoding: reason?.value ?? [], as: UTF8.self)
        }
        #expect(reasons == ["a": "unreadable", "b": "not-an-item", "": "not-an-item"])
        #expect(log.records(topics.deadLetter).contains { $0.value == Array("{".utf8) })
        #expect(owner.items.snapshot().rows.count == 1)
        owner.close()
    }

    @Test func deadLettersOutliveAKill() async throws {
        let log = MemoryLog(partitions: 1)
        let directory = try TemporaryDirectory()
        let mortal = MortalLog(log)
        var owner: Owner? = try Owner(in: directory, log: mortal, checkpointInterval: 1)
        log.fail(topics.deadLetter, with: LogError(.unavailable, "away"))
        try log.store([
            NewRecord(topic: topics.itemUpdates, key: "a", value: [1], timestamp: 5), update(Item(id: "b")),
        ])
        try await owner?.settle()
        mortal.kill()
        owner = nil
        log.fail(topics.deadLetter, with: nil)
        owner = try Owner(in: directory, log: log)
        await eventually { log.records(topics.deadLetter).map(\.key) == ["a"] }
        owner?.close()
    }

    @Test func aPutIsPublishedWhenItReturnsAndSaysSoWhenItIsNot() async throws {
        let log = MemoryLog(partitions: 2)
        let owner = try Owner(in: TemporaryDirectory(), log: log, publication: .init(timeout: 50))
        log.fail(topics.itemFeatures, with: LogError(.unavailable, "away"))
        let error = await #expect(throws: LogError.self) { try await owner.items.put([Item(id: "a")]) }
        #expect(error?.isTransient == true)
        #expect(owner.items.number(of: "a") == 0)
        log.fail(topics.itemFeatures, with: nil)
        await eventually { log.records(topics.itemFeatures).contains { $0.key == "a" } }
        try await owner.items.put([Item(id: "a")])
        owner.close()
    }

    @Test func statisticsGoOutOnceAnIntervalAndRowsAtOnce() async throws {
        let log = MemoryLog(partitions: 2)
        let owner = try Owner(
            in: TemporaryDirectory(), log: log, publication: .init(statisticsInterval: 3_600_000, timeout: 60_000))
        try await owner.items.put([Item(id: "a"), Item(id: "b")])
        #expect(try await owner.items.flush())
        let count = log.records(topics.itemFeatures).count
        for number in 0..<50 {
            try await owner.send([
                Event(id: "\(number)", type: "click", user: "u", items: ["a"], timestamp: Int64(number))
            ])
        }
        try await owner.settle()
        try await owner.items.put([Item(id: "b", title: "new")])
        #expect(log.records(topics.itemFeatures).count == count + 1)
        #expect(try await owner.items.flush())
        #expect(log.records(topics.itemFeatures).count == count + 3)
        owner.close()
    }

    @Test func aRepeatedEventCountsOnceAlsoAfterARestart() async throws {
        let log = MemoryLog(partitions: 2)
        let directory = try TemporaryDirectory()
        var owner = try Owner(in: directory, log: log)
        try await owner.items.put([Item(id: "a")])
        let event = Event(id: "1", type: "click", user: "u", items: ["a"], timestamp: 10)
        try await owner.send([event, event])
        try await owner.settle()
        owner.close()
        owner = try Owner(in: directory, log: log)
        try await owner.send([event])
        try await owner.settle()
        #expect(owner.items.snapshot().statistics[0].total == 1)
        #expect(owner.metrics.render().contains(#"cascade_item_records_dropped_total{reason="repeated_event"} 1"#))
        owner.close()
    }

    @Test func anItemThatComesWithItsEventIsWaitedFor() async throws {
        let log = MemoryLog(partitions: 4)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        for number in 0..<50 {
            try log.store([
                update(Item(id: "i\(number)")),
                Event(id: "e\(number)", type: "click", user: "u\(number)", items: ["i\(number)"], timestamp: 1).record,
            ])
        }
        try await owner.settle()
        let snapshot = owner.items.snapshot()
        #expect((0..<50).allSatisfy { snapshot.statistics[$0].total == 1 })
        owner.close()
    }

    @Test func anEventThatARowHoldsAlreadyCountsOnce() async throws {
        let log = MemoryLog(partitions: 2)
        let mortal = MortalLog(log)
        var owner: Owner? = try Owner(
            in: TemporaryDirectory(), log: mortal, publication: .init(statisticsInterval: 3_600_000))
        try await owner?.items.put([Item(id: "a")])
        #expect(try await owner?.items.flush() == true)
        try await owner?.send([1, 2, 3].map { clickOnA($0) })
        try await owner?.settle()
        // The row gets out, the marker that tells its place does not.
        let count = log.records(topics.itemFeatures).count
        mortal.kill(afterRecords: 1)
        #expect(try await owner?.items.flush() == false)
        #expect(log.records(topics.itemFeatures).count == count + 1)
        owner = nil
        let heir = try Owner(in: TemporaryDirectory(), log: log)
        try await heir.send([clickOnA(4)])
        try await heir.settle()
        #expect(heir.items.snapshot().statistics[0].total == 4)
        heir.close()
    }

    private func clickOnA(_ number: Int64) -> Event {
        Event(id: "\(number)", type: "click", user: "u", items: ["a"], timestamp: number)
    }

    @Test func aFileOfAnotherLogIsRefused() async throws {
        let directory = try TemporaryDirectory()
        var owner = try Owner(in: directory, log: MemoryLog(partitions: 2))
        try await owner.items.put([Item(id: "a")])
        owner.close()
        for log in [MemoryLog(partitions: 2), MemoryLog(partitions: 3)] {
            let error = #expect(throws: CheckpointError.self) { owner = try Owner(in: directory, log: log) }
            #expect(error?.code == .aheadOfLog)
        }
        let embedded = try EmbeddedLog(path: directory.file("log.sqlite"))
        let error = #expect(throws: CheckpointError.self) {
            _ = try ItemFeatures(
                ItemFeaturesConfiguration(path: directory.file("items.sqlite")), log: embedded,
                logger: Logger(sink: Silence()), metrics: MetricRegistry())
        }
        #expect(error?.message.contains("it follows Kafka with 2 partitions a topic") == true)
        embedded.close()
    }

    @Test func rowsThatANewerVersionWroteAreRefused() async throws {
        let log = MemoryLog(partitions: 1)
        let row = ItemFeaturesRow(
            number: 0, item: Item(id: "a"), availability: .available, counters: ItemCounters(), now: 0)
        var bytes = ItemRowMessage.encode(row)
        try #require(bytes.prefix(2) == [0x08, 0x01])
        bytes[1] = 2
        try log.store([published("a", bytes)])
        let error = #expect(throws: CheckpointError.self) { _ = try Owner(in: TemporaryDirectory(), log: log) }
        #expect(error?.code == .newerFormat)
    }

    @Test func aNumberWhoseRowIsLostStaysTaken() async throws {
        let log = MemoryLog(partitions: 2)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        try await owner.items.put((0..<4).map { Item(id: "i\($0)") })
        #expect(try await owner.items.flush())
        let lost = try #require(owner.items.number(of: "i3"))
        owner.close()
        try log.store([
            published("i3", []), published("i2", [0xFF]),
        ])
        log.compact(topics.itemFeatures)
        let heir = try Owner(in: TemporaryDirectory(), log: log)
        try await heir.items.put([Item(id: "new")])
        #expect(heir.items.number(of: "new") == 4)
        #expect(heir.items.number(of: "i0") == owner.items.number(of: "i0"))
        #expect(heir.items.snapshot().rows[Int(lost)].item.id.isEmpty)
        #expect(heir.metrics.render().contains(#"cascade_item_records_dropped_total{reason="unreadable_row"} 1"#))
        heir.close()
    }

    @Test func anItemWithoutATimeHasThatOfItsRecord() async throws {
        let log = MemoryLog(partitions: 1)
        let owner = try Owner(in: TemporaryDirectory(), log: log)
        try log.store(
            [("a", "", 77), ("b", #","created_at":5"#, 77), ("c", "", -1)].map { id, more, timestamp in
                NewRecord(
                    topic: topics.itemUpdates, key: id, value: Array("{\"id\":\"\(id)\"\(more)}".utf8),
                    timestamp: timestamp)
            })
        try await owner.settle()
        let rows = owner.items.snapshot().rows
        #expect((0..<rows.count).map { "\(rows[$0].item.id) \(rows[$0].item.createdAt)" } == ["a 77", "b 5", "c 0"])
        owner.close()
    }

    /// As an owner of the catalogue writes it.
    private func published(_ key: String, _ value: [UInt8]) -> NewRecord {
        NewRecord(
            topic: topics.itemFeatures, key: key, value: value, timestamp: 0,
            headers: [RecordHeader("cascade-owner", "another")])
    }

    private func update(_ item: Item) -> NewRecord {
        NewRecord(topic: topics.itemUpdates, key: item.id, value: ItemJSON.encoded(item), timestamp: 0)
    }
}
