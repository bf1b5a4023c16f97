import Contracts
import Deadline
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures
import Metrics
import Testing
import UserFeatures
import TestSupport

@Suite struct UserFeaturesTests {
    @Test func aStateIsTheFoldOfTheUsersEvents() async throws {
        let system = try await TestSystem(in: TemporaryDirectory())
        try await system.items.put([Item(id: "a"), Item(id: "b")])
        let events = [
            Event(id: "1", type: "click", user: "u", items: ["b"], timestamp: 10),
            Event(id: "2", type: "rating", user: "u", items: ["a"], timestamp: 5, value: 4),
            Event(id: "3", type: "impression", user: "u", items: ["a", "b"], timestamp: 30),
            Event(id: "4", type: "view", user: "u", items: ["unknown"], timestamp: 40),
            Event(id: "5", type: "like", user: "v", items: ["b"], timestamp: 50),
            Event(id: "6", type: "view", user: "w", items: ["unknown"], timestamp: 60),
            Event(id: "7", type: "impression", user: "x", items: ["a"], timestamp: 70),
            Event(id: "8", type: "$later", user: "y", items: ["a"], timestamp: 70),
        ]
        try await system.send(events)
        try await system.send([events[0]])
        var expected = UserState()
        for event in events[0..<2] {
            for entry in event.entries(weights: .standard, number: { ["a": 0, "b": 1][$0] }) {
                expected.apply(entry, limits: UserState.Limits())
            }
        }
        let states = try await system.users.states(of: ["w", "u", "nobody", "v", "x", "y", "u"], by: .never).map {
            try $0.get()
        }
        #expect(states.map { $0?.version } == [nil, 2, nil, 1, nil, nil, 2])
        #expect(states[1] == expected)
        #expect(expected.history.map(\.item) == [0, 1])
        let text = system.metrics.render()
        #expect(text.contains(#"cascade_user_events_dropped_total{reason="unknown_item"} 2"#))
        #expect(text.contains(#"cascade_user_events_dropped_total{reason="unknown_reserved_type"} 1"#))
        #expect(text.contains(#"cascade_user_events_total{kind="interaction"} 3"#))
        #expect(text.contains(#"cascade_user_events_total{kind="impression"} 2"#))
        #expect(text.contains("cascade_users 2"))
        system.close()
    }

    @Test func attributesAreReplaced() async throws {
        let system = try await TestSystem(in: TemporaryDirectory())
        func attributes(_ id: String, _ fields: [String: FieldValue]) -> Event {
            Event(id: id, type: Event.userAttributesType, user: "u", items: [], timestamp: 1, fields: fields)
        }
        try await system.send([attributes("1", ["country": .text("de"), "langs": .texts(["de", "en"])])])
        #expect(try await system.state(of: "u")?.attributes == ["country=de", "langs=de", "langs=en"])
        try await system.send([attributes("2", ["country": .text("fr")])])
        #expect(try await system.state(of: "u")?.attributes == ["country=fr"])
        #expect(try await system.state(of: "u")?.version == 2)
        system.close()
    }

    @Test func recordsThatAreNoEventsAreCountedAndPassedOver() async throws {
        let system = try await TestSystem(in: TemporaryDirectory())
        try await system.items.put([Item(id: "a")])
        _ = try await system.log.append(
            ["{", "", "[]", #"{"event_id":"1","user":"u"}"#].map {
                NewRecord(topic: Topics().userEvents, key: "u", value: Array($0.utf8), timestamp: 0)
            })
        try await system.send([Event(id: "2", type: "click", user: "u", items: ["a"], timestamp: 1)])
        #expect(try await system.state(of: "u")?.version == 1)
        let text = system.metrics.render()
        #expect(text.contains(#"cascade_user_events_dropped_total{reason="unreadable"} 4"#))
        #expect(text.contains(#"cascade_item_records_dropped_total{reason="unreadable_event"} 4"#))
        system.close()
    }

    @Test func theLimitsHold() async throws {
        let limits = UserState.Limits(history: 3, seen: 5)
        let system = try await TestSystem(in: TemporaryDirectory(), limits: limits)
        try await system.items.put((0..<20).map { Item(id: "i\($0)") })
        try await system.send(
            (0..<20).map { Event(id: "\($0)", type: "view", user: "u", items: ["i\($0)"], timestamp: Int64($0)) })
        let state = try #require(try await system.state(of: "u"))
        #expect(state.history.map(\.item) == [17, 18, 19])
        #expect(state.seen == [15, 16, 17, 18, 19])
        system.close()
    }
}
