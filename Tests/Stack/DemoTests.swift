import CommandLine
import Contracts
import DataDirectory
import DemoWorld
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures
import Stack
import Testing

/// The demo world of a first start.
struct DemoTests {
    private static let small = DemoWorld.Configuration(
        end: 1_760_000_000_000, items: 200, users: 400, events: 40_000, days: 20)

    private func events(in stack: Stack) throws -> Int {
        var count = 0
        try stack.log.forEachRecord(topic: stack.topics.userEvents, after: .start) { _ in
            count += 1
            return true
        }
        return count
    }

    @Test func anEmptySystemWantsAWorldAndAFullOneDoesNot() async throws {
        let running = try await RunningStack(isPlanted: false)
        #expect(try DemoData.wanted(in: running.stack) != nil)
        try await DemoData(stack: running.stack, progress: .none).write(Self.small)
        #expect(try DemoData.wanted(in: running.stack) == nil)
        #expect(try events(in: running.stack) == Self.small.events)
        #expect(running.stack.items.snapshot().rows.count == Self.small.items)
    }

    @Test func aWorldThatWasNotFinishedIsMadeToItsEnd() async throws {
        let running = try await RunningStack(isPlanted: false)
        let interrupted = Task { [stack = running.stack] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await DemoData(stack: stack, progress: .none).write(Self.small)
        }
        await #expect(throws: CancellationError.self) { try await interrupted.value }
        #expect(try events(in: running.stack) < Self.small.events)
        try await running.restart()
        let wanted = try #require(try DemoData.wanted(in: running.stack))
        #expect(wanted.end == Self.small.end)
        // The first part is there already, as after a kill in the middle.
        var some: [NewRecord] = []
        for event in DemoWorld(Self.small).events.prefix(1_000) {
            some.append(
                NewRecord(
                    topic: running.stack.topics.userEvents, key: event.user, id: event.id,
                    value: EventJSON.encoded(event), timestamp: event.timestamp))
        }
        _ = try await running.stack.log.appendBulk(some)
        try await DemoData(stack: running.stack, progress: .none).write(Self.small)
        #expect(try events(in: running.stack) == Self.small.events)
        #expect(try DemoData.wanted(in: running.stack) == nil)
    }
}
