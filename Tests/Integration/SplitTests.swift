import Foundation
import TestSupport
import Testing

/// All roles as processes over a real Kafka and a real Redis, from outside; the tests go one after the other over the same
/// system, as starting it is what takes the time.
@Suite(.serialized, .enabled(if: SplitSystem.isAvailable))
struct SplitTests {
    private let system: SplitSystem
    private var cascade: SplitCascade { system.cascade }

    init() throws { system = try SplitSystem.shared.get() }

    @Test func aFirstAnswerAndWhatAnEventChanges() throws {
        let client = try WebClient(port: cascade.port)
        // A machine that is busy with other tests may miss the first deadlines.
        try wait("a fresh answer", within: 5) { try client.get("/recommend?user=u1&n=10").rung == "fresh" }
        let first = try client.get("/recommend?user=u1&n=10")
        #expect(first.status == 200)
        let items = try first.items
        #expect(items.count == 10)
        let clicked = try #require(items.first)
        let event =
            #"{"event_id":"split-1","type":"purchase","user":"u1","item":"\#(clicked)","ts":\#(milliseconds())}"#
        try system.produce(key: "u1", event)
        try wait("the event changes the answer") { try !client.get("/recommend?user=u1&n=10").items.contains(clicked) }
        #expect(try client.get("/users/u1").body.contains(clicked))
        let other = try #require(items.last)
        #expect(
            try client.ask("POST", "/events", #"{"type":"like","user":"u1","item":"\#(other)"}"#).status == 202)
        try wait("an event by HTTP too") { try !client.get("/recommend?user=u1&n=10").items.contains(other) }
    }

    @Test func anItemComesAndGoesWithoutARestart() throws {
        let client = try WebClient(port: cascade.port)
        #expect(
            try client.ask("PUT", "/items/brand-new", #"{"title":"New","categories":["fresh-goods"]}"#).status < 300)
        #expect(try client.get("/items/brand-new").status == 200)
        try wait("it is recommended") {
            try client.get("/recommend?user=u2&n=5&category=fresh-goods").items == ["brand-new"]
        }
        #expect(try client.ask("DELETE", "/items/brand-new").status < 300)
        try wait("it is not any more") { try client.get("/recommend?user=u2&n=5&category=fresh-goods").items.isEmpty }
    }

    @Test func whatCannotBeReadGoesToTheDeadLetters() throws {
        try system.produce(key: "u3", "{ this is no event")
        try wait("a dead letter") {
            try system.consume("dead-letter").contains("{ this is no event")
        }
    }

    @Test(arguments: ["recall", "ranking", "rerank", "user-features", "item-features", "gateway"])
    func aRoleThatIsKilledCostsNoAnswer(name: String) throws {
        let load = Load(port: cascade.port)
        try wait("answers") { load.now.answers > 50 }
        let before = try cascade.role(name)
        kill(before.process, SIGKILL)
        try wait("it is back") {
            let role = try cascade.role(name)
            return role.process != before.process
        }
        let back = Date()
        try wait("fresh answers again", within: 5) { load.now.lastFresh > back }
        load.mark()
        try wait("answers after it") { load.now.recent.values.reduce(0, +) > 50 }
        let counts = load.stop()
        #expect(counts.failures.isEmpty, "\(counts.failures.prefix(3))")
        #expect(counts.recent["fresh", default: 0] > 40, "\(counts.recent)")
        // What a killed gateway had read nobody can answer; nothing else is sent twice, and nothing when another role is killed.
        #expect(name == "gateway" ? counts.repeats <= load.readers : counts.repeats == 0, "\(counts.repeats)")
    }

    @Test func whoConnectsWhileThereIsNoGatewayWaitsForOne() throws {
        let before = try cascade.role("gateway")
        kill(before.process, SIGKILL)
        // None of these has to be sent again.
        for user in 1...20 {
            let answer = try WebClient.ask(cascade.port, "GET", "/recommend?user=u\(user)")
            #expect(answer.status == 200, "\(answer.body)")
        }
        #expect(try cascade.role("gateway").process != before.process)
    }

    @Test func redisStoppedFlushedAndPausedCostsNoAnswer() throws {
        let load = Load(port: cascade.port)
        try wait("answers") { load.now.answers > 50 }
        let redis = system.redis
        let disturbances: [@Sendable () throws -> Void] = [
            { try redis.flush() }, { redis.pause() }, { redis.resume() }, { redis.stop() }, { try redis.start() },
        ]
        for disturb in disturbances {
            try disturb()
            let answers = load.now.answers
            try wait("answers go on") { load.now.answers > answers + 50 }
        }
        let back = Date()
        try wait("fresh answers", within: 5) { load.now.lastFresh > back }
        let counts = load.stop()
        #expect(counts.failures.isEmpty, "\(counts.failures.prefix(3))")
    }

    @Test func kafkaKilledReadingGoesOnAndEventsAreDeliveredOnce() throws {
        let load = Load(port: cascade.port)
        try wait("answers") { load.now.answers > 50 }
        let client = try WebClient(port: cascade.port)
        let fresh = try client.get("/recommend?user=u5&n=3").items
        try system.kafka.kill()
        var ids: [String] = []
        for (number, item) in fresh.enumerated() {
            ids.append("while-away-\(number)")
            let event = #"{"event_id":"\#(ids[number])","type":"click","user":"u5","item":"\#(item)"}"#
            let answer = try client.ask("POST", "/events", event)
            #expect(answer.status == 202, "\(answer.status) \(answer.body)")
        }
        let answers = load.now.answers
        try wait("reading goes on") { load.now.answers > answers + 50 }
        try system.kafka.restart()
        try wait("the events arrive", within: 60) {
            let list = try client.get("/recommend?user=u5&n=3").items
            return fresh.allSatisfy { !list.contains($0) }
        }
        let records = try system.consume("user-events")
        for id in ids { #expect(records.components(separatedBy: "\"\(id)\"").count == 2, "\(id) is there once") }
        let counts = load.stop()
        #expect(counts.failures.isEmpty, "\(counts.failures.prefix(3))")
    }

    @Test func itEndsInOrder() throws {
        let processes = cascade.roles.map(\.process)
        #expect(processes.count == 6)
        #expect(cascade.stop() == 0, "\(cascade.logged.suffix(2_000))")
        for process in processes { #expect(kill(process, 0) != 0, "process \(process) is still there") }
    }

    private func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private func wait(_ what: String, within seconds: Double = 30, for condition: () throws -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while try !condition() {
            guard Date() < deadline else {
                throw TestFailure("not within \(seconds) s: \(what)\n\(cascade.logged.suffix(3_000))")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
