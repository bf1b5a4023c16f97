import CatalogueFollower
import Contracts
import Domain
import EventLog
import Foundation
import ItemFeatures
import KafkaLog
import Logging
import Metrics
import TestSupport
import Testing

/// The owner and a follower over a real Kafka.
@Suite(.enabled(if: KafkaServer.isAvailable)) struct KafkaTests {
    @Test func theFollowerEqualsTheOwnerThroughARestartAndALostDisk() async throws {
        let topics = Topics(prefix: KafkaServer.uniquePrefix())
        let log = try open(topics)
        var disk = try TemporaryDirectory()
        var owner = try Owner(in: disk, log: log, topics: topics)
        let follower = await Follower(log, topics: topics)
        try await owner.items.put(
            (0..<300).map { Item(id: "i\($0)", categories: ["c\($0 % 7)"], createdAt: Int64($0)) })
        follower.catalogue.catchUp()
        #expect(follower.catalogue.snapshot().rows.count == 300)
        _ = try await log.append((0..<2_000).map { event($0, topics) })
        try await owner.settle()
        #expect(try await owner.items.flush())
        follower.catalogue.catchUp()
        expectEqual(follower.catalogue, owner.items)
        #expect((0..<300).reduce(0) { $0 + owner.items.snapshot().statistics[$1].total } == 2_000)
        #expect(try await owner.items.delete("i7"))
        follower.catalogue.catchUp()
        #expect(!follower.catalogue.snapshot().latest.contains(owner.items.number(of: "i7")!))
        for hasDisk in [true, false] {
            owner.close()
            if !hasDisk { disk = try TemporaryDirectory() }
            _ = try await log.append((0..<2_500).map { event($0, topics) })
            let before = follower.catalogue.snapshot()
            owner = try Owner(in: disk, log: log, topics: topics)
            try await owner.settle()
            try await owner.items.put([Item(id: "new-\(hasDisk)")])
            #expect(try await owner.items.flush())
            follower.catalogue.catchUp()
            expectEqual(follower.catalogue, owner.items, "has its disk: \(hasDisk)")
            for number in 0..<before.rows.count {
                #expect(owner.items.number(of: before.rows[number].item.id) == ItemNumber(number))
            }
            #expect((0..<300).reduce(0) { $0 + owner.items.snapshot().statistics[$1].total } == 2_500)
        }
        owner.close()
        follower.catalogue.close()
        log.close()
    }

    @Test func aBadChangeIsADeadLetterWithItsBytes() async throws {
        let topics = Topics(prefix: KafkaServer.uniquePrefix())
        let log = try open(topics)
        let owner = try Owner(in: TemporaryDirectory(), log: log, topics: topics)
        _ = try await log.append([
            NewRecord(topic: topics.itemUpdates, key: "a", value: [0xFF, 0x00], timestamp: 5)
        ])
        let lane = Murmur2.partition(of: "a", count: log.partitions)
        await eventually { (try? log.endPosition(topic: topics.deadLetter, lane: lane)) != .start }
        let letters = try log.read(topic: topics.deadLetter, lane: lane, after: .start, limit: 9)
        #expect(letters.map(\.value) == [[0xFF, 0x00]] && letters.map(\.key) == ["a"])
        #expect(letters.first?.headers.contains { $0.name == "cascade-reason" } == true)
        owner.close()
        log.close()
    }

    private func event(_ number: Int, _ topics: Topics) -> NewRecord {
        let event = Event(
            id: "e\(number)", type: "click", user: "u\(number % 31)", items: ["i\(number * 17 % 300)"],
            timestamp: 1_764_000_000_000 + Int64(number))
        return NewRecord(
            topic: topics.userEvents, key: event.user, value: EventJSON.encoded(event), timestamp: event.timestamp)
    }

    private func open(_ topics: Topics) throws -> KafkaLog {
        var configuration = KafkaLogConfiguration(
            brokers: try KafkaServer.shared().address,
            topics: [
                KafkaTopic(topics.userEvents, .retained()), KafkaTopic(topics.itemUpdates, .compacted),
                KafkaTopic(topics.itemFeatures, .compacted), KafkaTopic(topics.deadLetter, .retained()),
            ])
        configuration.partitions = 4
        // Other tests keep the machine busy.
        configuration.connectTimeout = .seconds(60)
        configuration.deliveryTimeout = .seconds(60)
        configuration.queryTimeout = .seconds(60)
        return try KafkaLog(configuration, logger: Logger(level: .error), metrics: MetricRegistry())
    }
}
