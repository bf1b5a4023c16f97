import CommandLine
import Domain
import EventLog
import Learning
import Testing
import Training

@Suite struct HistoryReaderTests {
    @Test func eventsBecomeInteractionsInTheOrderOfTime() async throws {
        let test = try TestLog()
        try await test.put([Item(id: "a"), Item(id: "b"), Item(id: "c")])
        try await test.send([
            test.event("x", "b", at: 2000), test.event("y", "a", at: 1000),
            Event(id: "i1", type: "impression", user: "x", items: ["a", "c"], timestamp: 2000, requestID: "r"),
            test.event("x", "c", at: 2000, request: "r"), test.event("x", "gone", at: 3000),
        ])
        let history = try test.reader.read(progress: .none)
        let corpus = history.corpus
        #expect(corpus.items.map(\.id) == ["a", "b", "c"])
        #expect(corpus.users == ["x", "y"])
        #expect(corpus.interactions.map(\.entry.timestamp) == [1000, 2000, 2000, 2000, 2000])
        #expect(corpus.interactions.map(\.entry.item) == [0, 1, 0, 2, 2])
        #expect(corpus.interactions.map(\.user) == [1, 0, 0, 0, 0])
        #expect(corpus.interactions.map(\.entry.kind) == [.click, .click, .impression, .impression, .click])
        let requests = corpus.interactions.map(\.request)
        #expect(requests[0] == 0 && requests[1] == 0 && requests[2] != 0)
        #expect(requests[2] == requests[3] && requests[3] == requests[4])
        #expect(history.events == 5)
        #expect(history.eventsOfUnknownItems == 1)
        #expect(history.unreadable == 0)
    }

    @Test func theLastWordOnItemsAndUsersCounts() async throws {
        let test = try TestLog()
        try await test.put([Item(id: "a", title: "old"), Item(id: "b"), Item(id: "a", title: "new")])
        try await test.delete("b")
        try await test.delete("never there")
        try await test.send([
            test.event("x", "b", at: 1), test.event("x", "a", at: 2),
            Event(id: "s1", type: "$attributes", user: "x", items: [], timestamp: 3, fields: ["country": .text("de")]),
            Event(id: "s2", type: "$attributes", user: "x", items: [], timestamp: 4, fields: ["country": .text("at")]),
        ])
        let corpus = try test.reader.read(progress: .none).corpus
        #expect(corpus.items.map(\.title) == ["new", ""])
        #expect(corpus.items.map(\.isHidden) == [false, true])
        #expect(corpus.interactions.map(\.entry.item) == [1, 0])
        #expect(corpus.userAttributes == [["country=at"]])
    }

    @Test func whatCannotBeReadIsCountedAndPassedOver() async throws {
        let test = try TestLog()
        try await test.put([Item(id: "a")])
        try await test.sendText("{not json", user: "x")
        try await test.sendText("{\"type\":\"click\"}", user: "x")
        try await test.send([test.event("x", "a", at: 1)])
        let history = try test.reader.read(progress: .none)
        #expect(history.unreadable == 2)
        #expect(history.events == 1)
    }

    @Test func whatCameAfterAPositionIsLeftOut() async throws {
        let test = try TestLog()
        try await test.put([Item(id: "a")])
        try await test.send([test.event("x", "a", at: 1)])
        let first = try test.reader.read(progress: .none)
        try await test.put([Item(id: "b")])
        try await test.send([test.event("y", "a", at: 0)])
        let again = try test.reader.read(through: first.end, progress: .none)
        #expect(again.corpus.users == ["x"] && again.corpus.items.count == 1)
        #expect(again.fingerprint == first.fingerprint)
        let now = try test.reader.read(progress: .none)
        #expect(now.corpus.users == ["x", "y"] && now.corpus.items.count == 2)
        #expect(now.fingerprint != first.fingerprint)
    }

    @Test func timestampsThatTickAreNotTakenForReal() async throws {
        let test = try TestLog()
        try await test.put([Item(id: "a")])
        for user in 0..<5 {
            try await test.send((0..<8).map { test.event("u\(user)", "a", at: 1_000_000 + Int64($0) * 3_600_000) })
        }
        #expect(try test.reader.read(progress: .none).corpus.hasRealTime == false)
        try await test.send((0..<8).map { test.event("v", "a", at: 1_000_000 + Int64($0 * $0 * $0) * 60_001) })
        #expect(try test.reader.read(progress: .none).corpus.hasRealTime)
    }
}
