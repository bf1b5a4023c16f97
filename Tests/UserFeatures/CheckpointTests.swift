import Checkpoint
import Contracts
import Domain
import ItemFeatures
import Metrics
import SQLite
import Testing
import UserFeatures
import TestSupport

@Suite struct CheckpointTests {
    private let format = SQLiteFormat(applicationID: 0x4361_5573, version: 2)

    @Test func aFullDiskStopsNothingAndLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let lines = Lines()
        let system = try await TestSystem(in: directory, maximumFileBytes: 60_000, sink: lines)
        try await system.items.put([Item(id: "a")])
        try await system.send(
            (0..<1_000).map { Event(id: "\($0)", type: "click", user: "u\($0)", items: ["a"], timestamp: 1) })
        #expect(try await !system.users.flush())
        try await system.send([Event(id: "more", type: "click", user: "u5", items: ["a"], timestamp: 1)])
        #expect(try await !system.users.flush())
        #expect(try await system.state(of: "u5")?.version == 2)
        #expect(lines.all.filter { $0.contains("checkpoint not written") }.count == 1)
        #expect(system.metrics.render().contains(#"cascade_checkpoint_failures_total{role="user-features"} 2"#))
        system.close()
        let reopened = try await TestSystem(in: directory)
        #expect(try await reopened.state(of: "u5")?.version == 2)
        #expect(try await reopened.state(of: "u999")?.version == 1)
        #expect(try await reopened.users.flush())
        reopened.close()
    }

    @Test func filesOfOthersAndOfNewerVersionsAreRefused() async throws {
        for (mark, version) in [(0x4361_4974, 1), (0x4361_5573, 3)] as [(Int32, Int32)] {
            let directory = try TemporaryDirectory()
            let path = directory.file("users.sqlite")
            _ = try SQLiteDatabase(path: path, format: SQLiteFormat(applicationID: mark, version: version)) {
                database throws(SQLiteError) in
                try database.execute("CREATE TABLE users (slot INTEGER PRIMARY KEY)")
            }
            let error = await #expect(throws: CheckpointError.self) { _ = try await TestSystem(in: directory) }
            #expect(error?.code == .newerFormat)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func aFileOfVersion1IsBroughtUpToDate() async throws {
        let directory = try TemporaryDirectory()
        var state = UserState()
        state.setAttributes(["country": .text("de")])
        do {
            let database = try SQLiteDatabase(
                path: directory.file("users.sqlite"), format: SQLiteFormat(applicationID: 0x4361_5573, version: 1)
            ) { database throws(SQLiteError) in
                try database.execute(
                    """
                    CREATE TABLE users (slot INTEGER PRIMARY KEY, user TEXT NOT NULL, state BLOB NOT NULL);
                    CREATE TABLE erasures (user TEXT PRIMARY KEY) WITHOUT ROWID;
                    CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                    """)
            }
            let row = try database.prepare("INSERT INTO users VALUES (7, 'u', ?)")
            try row.bind(blob: state.encoded(), at: 1)
            try row.run()
        }
        for _ in 0..<2 {
            let system = try await TestSystem(in: directory)
            #expect(try await system.state(of: "u") == state)
            system.close()
        }
    }

    @Test(arguments: [
        "UPDATE users SET state = x'0102'", "UPDATE users SET state = x'FF'",
        "INSERT INTO users SELECT 77, user, state, recent, position FROM users", "UPDATE users SET recent = x'01'",
    ])
    func aDamagedRowIsAnErrorThatSaysWhatToDo(damage: String) async throws {
        let directory = try TemporaryDirectory()
        var system = try await TestSystem(in: directory)
        try await system.items.put([Item(id: "a")])
        try await system.send([Event(id: "1", type: "click", user: "u", items: ["a"], timestamp: 1)])
        system.close()
        let path = directory.file("users.sqlite")
        try SQLiteDatabase(path: path, format: format) { _ throws(SQLiteError) in }.execute(damage)
        let error = await #expect(throws: CheckpointError.self) { _ = try await TestSystem(in: directory) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("users.sqlite") == true)
        #expect(error?.message.contains("remove it, it is rebuilt from the event log") == true)
        directory.removeDatabase("users.sqlite")
        system = try await TestSystem(in: directory)
        #expect(try await system.state(of: "u")?.version == 1)
        system.close()
    }
}
