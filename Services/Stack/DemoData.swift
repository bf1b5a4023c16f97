import CommandLine
import Contracts
import DemoWorld
import Domain
import EmbeddedLog
import EventLog
import ItemFeatures

/// Fills an empty system with the demo world.
struct DemoData {
    let stack: Stack
    let progress: ProgressOutput

    /// Records in one append.
    private static let batch = 16_384

    /// Whether there is anything in the system yet.
    static func isEmpty(_ stack: Stack) throws -> Bool {
        try stack.items.snapshot().rows.count == 0 && stack.log.endPosition(topic: stack.topics.userEvents) == .start
    }

    /// Makes the world and appends it to the log.
    func write(_ configuration: DemoWorld.Configuration) async throws {
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
    }
}
