import Contracts
import Deadline
import Domain
import ItemFeatures
import Metrics
import Testing
import UserFeatures
import TestSupport

@Suite struct RestartTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func aKillAtAnyMomentChangesNothing(seed: UInt64) async throws {
        let limits = UserState.Limits(history: 8, seen: 20)
        var random = SeededGenerator(seed: seed)
        let uninterrupted = try await TestSystem(in: TemporaryDirectory(), limits: limits)
        let directory = try TemporaryDirectory()
        var interrupted: TestSystem? = try await TestSystem(in: directory, checkpointInterval: 1, limits: limits)
        for number in 0..<150 {
            let newItems = Int.random(in: 0..<4, using: &random) == 0 ? [Item(id: item(&random))] : []
            let events = (0..<Int.random(in: 0...5, using: &random)).map { event("\(number)-\($0)", number, &random) }
            for system in [uninterrupted, interrupted!] {
                try await system.items.put(newItems)
                if !events.isEmpty { try await system.send(events) }
            }
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                interrupted = nil
                interrupted = try await TestSystem(in: directory, checkpointInterval: 1, limits: limits)
            case 1: try await interrupted?.users.flush()
            case 2: try await interrupted?.items.flush()
            case 3:
                interrupted?.close()
                interrupted = try await TestSystem(in: directory, limits: limits)
            default: break
            }
        }
        interrupted = nil
        try await expectEqual(directory, uninterrupted, limits)
        directory.removeDatabase("users.sqlite")
        try await expectEqual(directory, uninterrupted, limits)
        directory.removeDatabase("items.sqlite")
        try await expectEqual(directory, uninterrupted, limits)
        uninterrupted.close()
    }

    private func expectEqual(
        _ directory: TemporaryDirectory, _ uninterrupted: TestSystem, _ limits: UserState.Limits
    ) async throws {
        let names = (0..<12).map { "user-\($0)" }
        let reopened = try await TestSystem(in: directory, limits: limits)
        let states = await reopened.users.states(of: names, by: .never).map(\.state)
        #expect(states == (await uninterrupted.users.states(of: names, by: .never).map(\.state)))
        #expect(states.contains { $0 != nil })
        let (one, other) = (reopened.items.snapshot(), uninterrupted.items.snapshot())
        #expect(one.rows.count == other.rows.count && one.statistics.now == other.statistics.now)
        for item in 0..<ItemNumber(one.rows.count) { #expect(one.statistics[item] == other.statistics[item]) }
        reopened.close()
    }

    private func item(_ random: inout SeededGenerator) -> String { "i\(Int.random(in: 0..<60, using: &random))" }

    private func event(_ id: String, _ number: Int, _ random: inout SeededGenerator) -> Event {
        let user = "user-\(Int.random(in: 0..<12, using: &random))"
        let time = Int64(number) * 1_000 + Int64.random(in: 0..<5_000, using: &random)
        if Int.random(in: 0..<10, using: &random) == 0 {
            return Event(
                id: id, type: Event.userAttributesType, user: user, items: [], timestamp: time,
                fields: ["n": .number(Double(number)), "t": .texts(["x", "y"])])
        }
        let type = ["view", "click", "rating", "dislike", "impression"].randomElement(using: &random)!
        return Event(
            id: id, type: type, user: user, items: [item(&random)], timestamp: time,
            value: Bool.random(using: &random) ? 3.5 : nil)
    }

    @Test func aRestartReadsTheCheckpointAndOnlyTheRestOfTheLog() async throws {
        let directory = try TemporaryDirectory()
        let system = try await TestSystem(in: directory)
        try await system.items.put([Item(id: "a")])
        try await system.send([Event(id: "1", type: "click", user: "u", items: ["a"], timestamp: 10)])
        system.close()
        let reopened = try await TestSystem(in: directory)
        #expect(try await reopened.state(of: "u")?.version == 1)
        #expect(reopened.metrics.render().contains(#"cascade_user_events_total{kind="interaction"} 0"#))
        reopened.close()
    }

    @Test func aLongLogIsReplayedToTheSameState() async throws {
        let directory = try TemporaryDirectory()
        var system = try await TestSystem(in: directory)
        try await system.items.put((0..<60).map { Item(id: "i\($0)") })
        var random = SeededGenerator(seed: 9)
        // More than two batches of a replay.
        for part in 0..<5 {
            try await system.send((0..<500).map { event("\(part)-\($0)", part, &random) })
        }
        let names = (0..<12).map { "user-\($0)" }
        let states = await system.users.states(of: names, by: .never).map(\.state)
        let statistics = system.items.snapshot().statistics
        #expect(
            system.metrics.render().contains(
                #"cascade_consumer_lag{role="user-features",topic="cascade.user-events",lane="0"} 0"#))
        system.close()
        directory.removeDatabase("users.sqlite")
        directory.removeDatabase("items.sqlite")
        system = try await TestSystem(in: directory)
        #expect(await system.users.states(of: names, by: .never).map(\.state) == states)
        for item: ItemNumber in 0..<60 { #expect(system.items.snapshot().statistics[item] == statistics[item]) }
        system.close()
    }
}
