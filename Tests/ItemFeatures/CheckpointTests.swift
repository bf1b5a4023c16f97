import Checkpoint
import Contracts
import Domain
import EmbeddedLog
import Foundation
import ItemFeatures
import Logging
import Metrics
import SQLite
import Testing
import TestSupport

@Suite struct CheckpointTests {
    @Test func aFullDiskStopsNothingAndLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let lines = Lines()
        let system = try TestSystem(in: directory, maximumFileBytes: 100_000, sink: lines)
        let items = (0..<2_000).map { Item(id: "i\($0)", title: String(repeating: "t", count: 100)) }
        try await system.items.put(items)
        #expect(try await !system.items.flush())
        #expect(try await !system.items.flush())
        try await system.items.put([Item(id: "more")])
        #expect(system.items.snapshot().rows.count == 2_001)
        #expect(lines.all.filter { $0.contains("checkpoint not written") }.count == 1)
        #expect(system.metrics.render().contains(#"cascade_checkpoint_failures_total{role="item-features"} 2"#))
        system.close()
        let reopened = try TestSystem(in: directory)
        #expect(reopened.items.snapshot().rows.count == 2_001)
        #expect(try await reopened.items.flush())
        reopened.close()
    }

    @Test func aRestartReadsTheCheckpointAndOnlyTheRestOfTheLog() async throws {
        let directory = try TemporaryDirectory()
        let system = try TestSystem(in: directory)
        try await system.items.put([Item(id: "a"), Item(id: "b")])
        try await system.send([Event(id: "1", type: "click", user: "u", items: ["a"], timestamp: 10)])
        system.close()
        let reopened = try TestSystem(in: directory)
        #expect(reopened.items.snapshot().rows.count == 2)
        #expect(reopened.items.snapshot().statistics[0].total == 1)
        #expect(reopened.metrics.render().contains("cascade_item_updates_total 0"))
        #expect(reopened.metrics.render().contains("cascade_item_interactions_total 0"))
        reopened.close()
    }

    @Test func filesOfOthersAndOfNewerVersionsAreRefused() throws {
        let directory = try TemporaryDirectory()
        for (name, mark, version) in [("foreign", 0x4361_5573, 1), ("newer", 0x4361_4974, 3)]
            as [(String, Int32, Int32)]
        {
            let path = directory.file("\(name).sqlite")
            _ = try SQLiteDatabase(path: path, format: SQLiteFormat(applicationID: mark, version: version)) {
                database throws(SQLiteError) in
                try database.execute("CREATE TABLE items (number INTEGER PRIMARY KEY)")
            }
            let error = #expect(throws: CheckpointError.self) { try open(path, in: directory) }
            #expect(error?.code == .newerFormat)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func aFileOfVersionOneIsReadAndGoneOnWith() async throws {
        let directory = try TemporaryDirectory()
        var system = try TestSystem(in: directory)
        try await system.items.put([Item(id: "a", categories: ["c"]), Item(id: "b")])
        try await system.send([Event(id: "1", type: "click", user: "u", items: ["b"], timestamp: 10)])
        system.close()
        let format = SQLiteFormat(applicationID: 0x4361_4974, version: 2)
        let database = try SQLiteDatabase(path: directory.file("items.sqlite"), format: format) {
            _ throws(SQLiteError) in
        }
        // As version 1 wrote it.
        try database.execute(
            """
            ALTER TABLE items DROP COLUMN generation;
            ALTER TABLE counters DROP COLUMN generation;
            UPDATE state SET name = 'updates' WHERE name = 'updates.0';
            UPDATE state SET name = 'events' WHERE name = 'events.0';
            DELETE FROM state WHERE name NOT IN ('now', 'updates', 'events');
            PRAGMA user_version = 1;
            """)
        try database.checkpoint()
        system = try TestSystem(in: directory)
        #expect(system.items.number(of: "b") == 1 && system.items.snapshot().statistics[1].total == 1)
        #expect(system.metrics.render().contains("cascade_item_updates_total 0"))
        #expect(system.metrics.render().contains("cascade_item_interactions_total 0"))
        try await system.items.put([Item(id: "c")])
        system.close()
        system = try TestSystem(in: directory)
        #expect(system.items.number(of: "c") == 2)
        #expect(system.metrics.render().contains("cascade_item_updates_total 0"))
        system.close()
    }

    @Test(arguments: [
        "UPDATE items SET item = '{' WHERE number = 1", "DELETE FROM items WHERE number = 0",
        "UPDATE items SET item = '{\"id\":\"b\"}'", "UPDATE items SET availability = 9",
        "INSERT INTO counters VALUES (7, x'00', 0)", "INSERT INTO counters VALUES (1, x'00', 0)",
        "INSERT INTO categories VALUES (5, 'x')",
    ])
    func aDamagedRowIsAnErrorThatSaysWhatToDo(damage: String) async throws {
        let directory = try TemporaryDirectory()
        let system = try TestSystem(in: directory)
        try await system.items.put([Item(id: "a", categories: ["c"]), Item(id: "b")])
        system.close()
        let path = directory.file("items.sqlite")
        let format = SQLiteFormat(applicationID: 0x4361_4974, version: 2)
        try SQLiteDatabase(path: path, format: format) { _ throws(SQLiteError) in }.execute(damage)
        let error = #expect(throws: CheckpointError.self) { try open(path, in: directory) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("remove it, it is rebuilt from the event log") == true)
    }

    @Test func bytesThatAreNoDatabaseAreAnErrorThatSaysWhatToDo() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("items.sqlite")
        try Data(repeating: 0x5A, count: 10_000).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: CheckpointError.self) { try open(path, in: directory) }
        #expect(error?.code == .corrupt)
    }

    private func open(_ path: String, in directory: TemporaryDirectory) throws {
        let log = try EmbeddedLog(path: directory.file("log.sqlite"))
        defer { log.close() }
        _ = try ItemFeatures(
            ItemFeaturesConfiguration(path: path), log: log, logger: Logger(sink: Silence()), metrics: MetricRegistry())
    }
}
