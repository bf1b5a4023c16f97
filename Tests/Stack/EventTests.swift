import Configuration
import Foundation
import Logging
import Testing

@Suite struct EventTests {
    @Test func theVeryNextAnswerFollowsAnEvent() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        for number in 0..<100 {
            let user = number % 2 == 0 ? "bike-user\(number / 2)" : "new-user\(number)"
            let before = try connection.recommend("user=\(user)&n=10")
            let item = try #require(before.ids.first)
            try connection.click(user, item)
            let after = try connection.recommend("user=\(user)&n=10")
            #expect(after.ids != before.ids)
            #expect(!after.ids.contains(item))
            #expect(after.items.allSatisfy { $0.source == "two-tower" })
        }
    }

    @Test func aSecondEventWithTheSameIDHasNoEffect() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        func send() throws -> EventReceipt {
            try connection.post(
                "/events", #"{"event_id":"e1","type":"like","user":"twice","item":"tea4","ts":1761000000000}"#
            ).decoded()
        }
        let first = try send()
        #expect((first.accepted, first.duplicates, first.rejected) == (1, 0, 0))
        #expect(first.results.map(\.status) == ["accepted"] && first.results.first?.event_id == "e1")
        let answer = try connection.recommend("user=twice&explain=1")
        let second = try send()
        #expect((second.accepted, second.duplicates, second.rejected) == (0, 1, 0))
        #expect(second.results.map(\.status) == ["duplicate"])
        let again = try connection.recommend("user=twice&explain=1")
        #expect(again.ids == answer.ids)
        #expect(again.items.map(\.explain?.features) == answer.items.map(\.explain?.features))
        let sheet: UserSheet = try connection.get("/users/twice").decoded()
        #expect(sheet.version == 1 && sheet.seen == 1 && sheet.history.map(\.item) == ["tea4"])
    }

    static let mixed = [
        #"{"type":"click","user":"m","item":"tea1"}"#, #"{"type":"click","user":"m","item":"unheard-of"}"#,
        #"{"type":"click","item":"tea1"}"#, #"{"type":"impression","user":"m","items":["tea2","tea3"]}"#,
    ]

    @Test(arguments: ["[\(mixed.joined(separator: ","))]", mixed.joined(separator: "\n") + "\r\n\n"])
    func aBatchHasAResultForEachEvent(body: String) async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        let reply = try connection.post("/events", body)
        #expect(reply.status == 202)
        let receipt: EventReceipt = try reply.decoded()
        #expect((receipt.accepted, receipt.duplicates, receipt.rejected) == (2, 0, 2))
        #expect(receipt.results.map(\.status) == ["accepted", "rejected", "rejected", "accepted"])
        #expect(
            receipt.results.map(\.type) == [
                nil, "urn:cascade:problem:unknown-item", "urn:cascade:problem:missing-field", nil,
            ])
        #expect(Set(receipt.results.compactMap(\.event_id)).count == 2)
        let sheet: UserSheet = try connection.get("/users/m").decoded()
        #expect(sheet.history.map(\.item) == ["tea1"])
    }

    @Test func whatCannotBeStoredIsAProblem() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        func outcome(_ body: String) throws -> String {
            let reply = try connection.post("/events", body)
            return "\(reply.status) \(reply.problem ?? "")"
        }
        #expect(try outcome(#"{"type":"click","user":"x","item":"unheard-of"}"#) == "422 unknown-item")
        #expect(try outcome(#"{"type":"click","user":"x"}"#) == "400 missing-field")
        #expect(try outcome(#"{"type":"$attributes","user":"x","fields":{}}"#) == "400 reserved-type")
        #expect(try outcome("") == "400 empty-body")
        #expect(try outcome(" \n ") == "400 empty-body")
        #expect(try outcome("[]") == "400 empty-body")
        #expect(try outcome("{") == "400 invalid-json")
        #expect(try outcome("17") == "400 not-an-object")
        #expect(try outcome(#"{"type":"click","user":"x","item":"tea1","value":1e999}"#) == "400 invalid-json")
        #expect(try outcome(String(repeating: "[", count: 5000)) == "400 invalid-json")
        #expect(try outcome("[" + (0..<10_001).map { _ in "1" }.joined(separator: ",") + "]") == "413 too-many-events")
        #expect(try outcome(#"{"type":"click","user":"x","item":"tea1","ts":1700000000}"#) == "400 out-of-range")
        #expect(try connection.get("/users/x").status == 404)
        let rejected = try connection.post("/events", "[{},{}]")
        #expect(rejected.status == 400)
        #expect(try rejected.decoded(EventReceipt.self).rejected == 2)
    }

    @Test func theConfigurationSaysHowFarAheadATimeMayBe() async throws {
        var configuration = PlantedWorld.configuration
        configuration.events.maxFutureSkewSeconds = 60
        let strict = try await RunningStack(configuration: configuration).connect()
        let usual = try await RunningStack().connect()
        let moment = Logger.wallClock() + 600_000
        let event = #"{"type":"click","user":"x","item":"tea1","ts":\#(moment)}"#
        #expect(try strict.post("/events", event).problem == "out-of-range")
        #expect(try usual.post("/events", event).status == 202)
    }

    @Test func aBodyBeyondTheLimitIsRefused() async throws {
        let running = try await RunningStack(isPlanted: false)
        let reply = try running.connect().ask("POST", "/events", Data(count: 4_194_305))
        #expect(reply.status == 413 && reply.problem == "body-too-large")
    }
}
