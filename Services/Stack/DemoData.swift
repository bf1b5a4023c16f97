package import CommandLine
import Contracts
import DataDirectory
package import DemoWorld
import Domain
import EmbeddedLog
import EventLog
import Glibc
import ItemFeatures
import Logging

/// Fills an empty system with the demo world.
package struct DemoData {
    let stack: Stack
    let progress: ProgressOutput

    package init(stack: Stack, progress: ProgressOutput) {
        self.stack = stack
        self.progress = progress
    }

    /// Records in one append.
    private static let batch = 16_384

    /// The world to make: the one that an earlier start began and did not finish, or a new one where nothing is in the
    /// system yet; nil where there is something.
    package static func wanted(in stack: Stack) throws -> DemoWorld.Configuration? {
        if let note = try AtomicFile.beginning(of: stack.directory.unfinishedDemoPath),
            let end = Int64(note.prefix { $0.isNumber })
        {
            return DemoWorld.Configuration(end: end)
        }
        let end = try stack.log.endPosition(topic: stack.topics.userEvents, lane: 0)
        guard stack.items.snapshot().rows.count == 0, end == .start else { return nil }
        // At midnight, so that the worlds of any two days are the same but for the shift.
        return DemoWorld.Configuration(end: Logger.wallClock() / DemoWorld.day * DemoWorld.day)
    }

    /// Makes the world and appends it to the log. A note says so until it is complete; a world that was begun before is
    /// made again, and what is in the log already has no effect.
    package func write(_ configuration: DemoWorld.Configuration) async throws {
        try AtomicFile.write("\(configuration.end)\n", to: stack.directory.unfinishedDemoPath)
        let world = DemoWorld(configuration)
        let catalogue = progress.begin("demo catalogue", total: world.items.count, unit: "items")
        try await stack.items.put(world.items)
        catalogue.update(world.items.count)
        catalogue.finish()
        let events = progress.begin("demo events", total: configuration.events, unit: "events")
        var records: [NewRecord] = []
        records.reserveCapacity(Self.batch)
        var written = 0
        for event in world.events {
            try Task.checkCancellation()
            records.append(
                NewRecord(
                    topic: stack.topics.userEvents, key: event.user, id: event.id, value: EventJSON.encoded(event),
                    timestamp: event.timestamp))
            guard records.count == Self.batch else { continue }
            written += records.count
            _ = try await stack.log.appendBulk(records)
            records.removeAll(keepingCapacity: true)
            events.update(written)
        }
        _ = try await stack.log.appendBulk(records)
        events.update(written + records.count)
        events.finish()
        try await stack.flush()
        unlink(stack.directory.unfinishedDemoPath)
    }
}
