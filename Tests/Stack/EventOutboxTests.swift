import Contracts
import EventLog
import Foundation
import Gateway
import Logging
import Outbox
import TestSupport
import Testing

/// A gateway whose events go to a log that can be away, through an outbox.
private final class Posted {
    let log = MemoryLog(partitions: 2)
    let outbox: Outbox
    let running: RunningStack
    let connection: Connection
    private let folder: TemporaryDirectory
    private static let topic = Topics().userEvents

    init(records: Int = 100) async throws {
        folder = try TemporaryDirectory()
        let path = folder.file("outbox.sqlite")
        let log = log
        var made: Outbox?
        running = try await RunningStack { services in
            var services = services
            made = try? Outbox(
                OutboxConfiguration(path: path, maximumRecords: records, retryMilliseconds: 1...5), log: log,
                logger: Logger(level: .error), metrics: services.metrics)
            if let made { services.events = made }
            return services
        }
        outbox = try #require(made)
        connection = try running.connect()
    }

    deinit { outbox.close() }

    func setAway(_ isAway: Bool) {
        log.fail(Self.topic, with: isAway ? LogError(.overloaded, "The log is away.") : nil)
    }

    /// The users whose records the log has, in order.
    func keys() throws -> [String] {
        try (0..<log.lanes).flatMap { try log.read(topic: Self.topic, lane: $0, after: .start, limit: 1000).map(\.key) }
    }
}

@Suite struct EventOutboxTests {
    @Test func eventsWaitForTheLogAndReadingGoesOn() async throws {
        let posted = try await Posted()
        let first = try posted.connection.click("u", "tea1")
        #expect(first.accepted == 1 && first.results.map(\.status) == ["accepted"])
        posted.setAway(true)
        let reply = try posted.connection.post(
            "/events",
            """
            [{"type":"click","user":"v","item":"tea1"},{"type":"click","user":"v","item":"no-such-item"},
             {"type":"click","user":"w","item":"tea2"}]
            """)
        let receipt = try reply.decoded(EventReceipt.self)
        #expect(reply.status == 202 && receipt.accepted == 2 && receipt.rejected == 1)
        #expect(receipt.results.map(\.status) == ["queued", "rejected", "queued"])
        #expect(try posted.connection.recommend("user=tea-user1").degraded == "fresh")
        let user = try posted.connection.put("/users/tea-user1", #"{"attributes": {"country": "de"}}"#)
        #expect(user.status == 202 && user.text.contains(#""status":"queued""#))
        let metrics = try posted.connection.get("/metrics").text
        #expect(metrics.contains("cascade_outbox_records 3\n"))
        #expect(try posted.keys() == ["u"])
        posted.setAway(false)
        await eventually { (try? posted.keys().count) == 4 }
        #expect(try Set(posted.keys()) == ["u", "v", "w", "tea-user1"])
        await eventually { (try? posted.connection.click("u", "tea1").results.first?.status) == "accepted" }
    }

    @Test func aFullOutboxAsksForAnotherTry() async throws {
        let posted = try await Posted(records: 2)
        posted.setAway(true)
        try posted.connection.click("u", "tea1")
        try posted.connection.click("u", "tea2")
        let body = #"{"type":"click","user":"u","item":"tea3"}"#
        let reply = try posted.connection.post("/events", body)
        #expect(reply.status == 503 && reply.problem == "overloaded" && reply.headers["retry-after"] != nil)
        posted.setAway(false)
        await eventually { (try? posted.connection.post("/events", body).status) == 202 }
        await eventually { (try? posted.keys().count) == 3 }
    }

    @Test func whoIsErasedDoesNotComeBackFromTheOutbox() async throws {
        let posted = try await Posted()
        posted.setAway(true)
        try posted.connection.click("tea-user1", "tea1")
        try posted.connection.click("other", "tea1")
        #expect(try posted.connection.delete("/users/tea-user1").status == 204)
        posted.setAway(false)
        await eventually { (try? posted.keys().count) == 1 }
        #expect(try posted.keys() == ["other"])
    }
}
