import Contracts
import Domain
import EventLog
import Foundation
import TestSupport
import Testing

/// Roles whose disk has no room left: nothing that was acknowledged is lost, and on they go once there is room.
@Suite(
    .enabled(if: KafkaServer.isAvailable),
    .enabled(if: SmallDevice.isPossible, Comment(rawValue: SmallDevice.skipReason)))
struct FullDiskTests {
    private static let partitions = 2

    @Test func userFeaturesGoesOnFromMemoryAndSavesItAllWhenThereIsRoom() async throws {
        let system = try FeatureSystem(partitions: Self.partitions)
        let device = try SmallDevice(megabytes: 24)
        let items = try system.start("item-features")
        try await items.becomeReady()
        try await system.putItems(100)
        var traffic = Traffic(topics: system.topics, partitions: Self.partitions, items: 100, users: 2_000)
        func send(_ count: Int) async throws { _ = try await system.log.appendBulk(traffic.next(count)) }

        var users = try system.start("user-features", on: device)
        try await send(1_000)
        _ = try await system.takenIn(by: users)
        // Once it goes on with the process, once it is killed meanwhile.
        for isKilled in [false, true] {
            try device.fill()
            try await send(10_000)
            let port = try await users.becomeReady()
            try await users.wait("a checkpoint fails") { try Self.failures(port) > 0 }
            _ = try await system.takenIn(by: users)
            #expect(users.logged.contains("checkpoint not written, serving goes on from memory"))
            if isKilled { users.kill() }
            device.makeRoom()
            if isKilled {
                users = try system.start("user-features", on: device)
            } else {
                let failures = try Self.failures(port)
                let rows = try Self.rows(port)
                try await users.wait("it is saved") { try Self.rows(port) > rows }
                #expect(try Self.failures(port) <= failures + 1)
            }
            _ = try await system.takenIn(by: users)
        }
        #expect(try await users.stop() == 0, "\(users.logged)")
        try device.copy(out: "data", to: system.folder.file("data-of-the-device"))
        let stored = try system.stored(in: "data-of-the-device")
        let effects = try stored.rows.mapValues { try UserState(decoding: $0.state).version }
        #expect(effects == traffic.effects)
        for lane in 0..<Self.partitions {
            let end = try system.log.endPosition(topic: system.topics.userEvents, lane: lane)
            #expect(stored.places["\(lane) events"] == Int64(end.rawValue))
        }
        #expect(try await items.stop() == 0)
        system.log.close()
    }

    private static func failures(_ port: UInt16) throws -> Double {
        try WebClient.metric("cascade_checkpoint_failures_total", at: port)
    }

    private static func rows(_ port: UInt16) throws -> Double {
        try WebClient.metric("cascade_checkpoint_rows_total", at: port)
    }

    @Test func theOutboxRefusesWhatItCannotKeepAndDeliversTheRestOnce() async throws {
        let kafka = try KafkaServer()
        let system = try FeatureSystem(partitions: Self.partitions, kafka: kafka)
        let device = try SmallDevice(megabytes: 16)
        let items = try system.start("item-features")
        try await items.becomeReady()
        try await system.putItems(10)
        // There are no other roles: the gateway answers with what is popular.
        let nobody = ["RECALL", "RANKING", "RERANK", "USER_FEATURES", "ITEM_FEATURES"]
            .map { ("CASCADE_\($0)", "127.0.0.1:1") }
        let gateway = try system.start("gateway", on: device, with: Dictionary(uniqueKeysWithValues: nobody))
        try await gateway.becomeReady()
        let client = try WebClient(port: gateway.port)
        var accepted: [String] = []
        func post() throws -> WebClient.Answer {
            let id = "event-\(accepted.count)"
            let note = String(repeating: "x", count: 2_000)
            let answer = try client.ask(
                "POST", "/events",
                #"{"event_id":"\#(id)","type":"click","user":"u","item":"item-1","fields":{"note":"\#(note)"}}"#)
            if answer.status == 202 { accepted.append(id) }
            return answer
        }
        /// Posts until the device is full.
        func postUntilRefused() throws {
            var answer = try post()
            for _ in 0..<5_000 where answer.status == 202 { answer = try post() }
            #expect(answer.status == 503 && answer.headers["retry-after"] != nil, "\(answer.status) \(answer.body)")
            #expect(try client.get("/popular?n=3").status == 200)
        }
        #expect(try post().status == 202)
        try kafka.kill()
        try device.fill(leaving: 2 << 20)
        try postUntilRefused()
        #expect(accepted.count > 100)
        // Room returns while Kafka is away, and goes again.
        device.makeRoom()
        for _ in 0..<100 { #expect(try post().status == 202) }
        try device.fill()
        try postUntilRefused()
        // Kafka returns while there is no room: what cannot be deleted is not delivered twice.
        try kafka.restart()
        try await gateway.wait("all that was accepted is in the log") {
            (try? Self.ids(in: system).count) ?? 0 >= accepted.count
        }
        device.makeRoom()
        try await gateway.wait("events are taken again") { try post().status == 202 }
        try await gateway.wait("they arrive") { (try? Self.ids(in: system).count) ?? 0 >= accepted.count }
        #expect(try await gateway.stop() == 0, "\(gateway.logged)")
        #expect(try Self.ids(in: system) == accepted)
        #expect(try await items.stop() == 0)
        system.log.close()
        kafka.stop()
    }

    /// The ids of all events, in the order of the user's partition.
    private static func ids(in system: FeatureSystem) throws -> [String] {
        let lane = system.log.lane(of: Murmur2.partition(of: "u", count: partitions))
        var ids: [String] = []
        var position = LogPosition.start
        while true {
            let records = try system.log.read(
                topic: system.topics.userEvents, lane: lane, after: position, limit: 10_000)
            guard let last = records.last else { return ids }
            position = last.position
            for record in records {
                let event = try JSONSerialization.jsonObject(with: Data(record.value)) as? [String: Any]
                ids.append(event?["event_id"] as? String ?? "none")
            }
        }
    }
}
