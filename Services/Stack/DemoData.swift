package import CommandLine
package import Contracts
import DataDirectory
package import DemoWorld
import Domain
package import EventLog
import Glibc
import Logging

/// Fills an empty log with the demo world.
package struct DemoData {
    private let log: any EventLog
    private let topics: Topics
    /// The file that says that a world is being made, and which.
    private let notePath: String
    private let progress: ProgressOutput

    package init(log: any EventLog, topics: Topics, notePath: String, progress: ProgressOutput) {
        self.log = log
        self.topics = topics
        self.notePath = notePath
        self.progress = progress
    }

    /// Records in one append.
    private static let batch = 16_384

    /// The world that an earlier run began and did not finish; nil when there is none.
    package func unfinished() throws -> DemoWorld.Configuration? {
        guard let note = try AtomicFile.beginning(of: notePath) else { return nil }
        let numbers = note.split(whereSeparator: { $0.isWhitespace }).compactMap { Int64($0) }
        guard let end = numbers.first else { return nil }
        guard numbers.count == 4 else { return DemoWorld.Configuration(end: end) }
        return DemoWorld.Configuration(
            end: end, items: Int(numbers[1]), users: Int(numbers[2]), events: Int(numbers[3]))
    }

    /// Whether nothing was ever written to the log.
    package func isLogEmpty() throws -> Bool {
        for topic in [topics.itemUpdates, topics.userEvents] {
            let ends = try log.endPositions(topic: topic)
            guard ends.lanes.allSatisfy({ ends[$0] == .start }) else { return false }
        }
        return true
    }

    /// The world to make: the one that an earlier start began and did not finish, or a new one where nothing is in the
    /// log yet; nil where there is something.
    package func wanted() throws -> DemoWorld.Configuration? {
        if let unfinished = try unfinished() { return unfinished }
        return try isLogEmpty() ? DemoWorld.Configuration(end: Self.midnight()) : nil
    }

    /// When a new world ends: at midnight, so that the worlds of any two days are the same but for the shift.
    package static func midnight() -> Int64 { Logger.wallClock() / DemoWorld.day * DemoWorld.day }

    /// Makes the world and appends it to the log. A note says so until it is complete; a world that was begun before is
    /// made again, and what is in the log already has no effect.
    package func write(_ configuration: DemoWorld.Configuration) async throws {
        try AtomicFile.write(
            "\(configuration.end) \(configuration.items) \(configuration.users) \(configuration.events)\n", to: notePath
        )
        let world = DemoWorld(configuration)
        let now = Logger.wallClock()
        try await append(world.items, "demo catalogue", total: world.items.count, unit: "items") { item in
            NewRecord(topic: topics.itemUpdates, key: item.id, value: ItemJSON.encoded(item), timestamp: now)
        }
        try await append(world.events, "demo events", total: configuration.events, unit: "events") { event in
            NewRecord(
                topic: topics.userEvents, key: event.user, id: event.id, value: EventJSON.encoded(event),
                timestamp: event.timestamp)
        }
        unlink(notePath)
    }

    private func append<Source: Sequence>(
        _ source: Source, _ label: String, total: Int, unit: String, record: (Source.Element) -> NewRecord
    ) async throws {
        let reporter = progress.begin(label, total: total, unit: unit)
        var records: [NewRecord] = []
        records.reserveCapacity(Self.batch)
        var written = 0
        for element in source {
            try Task.checkCancellation()
            records.append(record(element))
            guard records.count == Self.batch else { continue }
            written += records.count
            _ = try await log.appendBulk(records)
            records.removeAll(keepingCapacity: true)
            reporter.update(written)
        }
        if !records.isEmpty { _ = try await log.appendBulk(records) }
        reporter.update(written + records.count)
        reporter.finish()
    }
}
