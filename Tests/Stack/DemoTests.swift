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

    private static func demo(_ stack: Stack) -> DemoData {
        DemoData(log: stack.log, topics: stack.topics, notePath: stack.directory.unfinishedDemoPath, progress: .none)
    }

    private func events(in stack: Stack) throws -> Int {
        var count = 0
        try stack.log.forEachRecord(topic: stack.topics.userEvents, lane: 0, after: .start) { _ in
            count += 1
            return true
        }
        return count
    }

    @Test func anEmptySystemWantsAWorldAndAFullOneDoesNot() async throws {
        let running = try await RunningStack(isPlanted: false)
        #expect(try Self.demo(running.stack).wanted() != nil)
        try await Self.demo(running.stack).write(Self.small)
        #expect(try Self.demo(running.stack).wanted() == nil)
        #expect(try events(in: running.stack) == Self.small.events)
        #expect(running.stack.items.snapshot().rows.count == Self.small.items)
    }

    @Test func aWorldThatWasNotFinishedIsMadeToItsEnd() async throws {
        let running = try await RunningStack(isPlanted: false)
        let interrupted = Task { [stack = running.stack] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await Self.demo(stack).write(Self.small)
        }
        await #expect(throws: CancellationError.self) { try await interrupted.value }
        #expect(try events(in: running.stack) < Self.small.events)
        try await running.restart()
        let wanted = try #require(try Self.demo(running.stack).wanted())
        #expect(wanted.end == Self.small.end && wanted.events == Self.small.events)
        // The first part is there already, as after a kill in the middle.
        var some: [NewRecord] = []
        for event in DemoWorld(Self.small).events.prefix(1_000) {
            some.append(
                NewRecord(
                    topic: running.stack.topics.userEvents, key: event.user, id: event.id,
                    value: EventJSON.encoded(event), timestamp: event.timestamp))
        }
        _ = try await running.stack.log.appendBulk(some)
        try await Self.demo(running.stack).write(Self.small)
        #expect(try events(in: running.stack) == Self.small.events)
        #expect(try Self.demo(running.stack).wanted() == nil)
    }
}
