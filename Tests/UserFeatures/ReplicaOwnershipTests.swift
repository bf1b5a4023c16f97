import Checkpoint
import Contracts
import Domain
import EventLog
import Foundation
import Messages
import SQLite
import TestSupport
import Testing
import UserFeatures

@Suite struct ReplicaOwnershipTests {
    private let log = MemoryLog(partitions: 2)

    private func send(_ ids: some Sequence<Int>) throws {
        try log.store(
            ids.map { id in
                let event = Event(id: "\(id)", type: "click", user: "u\(id % 10)", items: ["i1"], timestamp: 10)
                return NewRecord(
                    topic: Topics().userEvents, key: event.user, value: EventJSON.encoded(event), timestamp: 10)
            })
    }

    @Test func theOlderOfTwoThatClaimAPartitionStops() async throws {
        let (one, two) = try (TemporaryDirectory(), TemporaryDirectory())
        let lines = Lines()
        let older = try await ReplicaSystem(
            in: one, log: log, checkpointInterval: 1, ownerCheckInterval: 1, sink: lines)
        try send(0..<50)
        try await older.catchUp()
        #expect(try await older.users.flush())
        let newer = try await ReplicaSystem(
            in: two, log: log, replica: (1, 2), checkpointInterval: 1, ownerCheckInterval: 1)
        await eventually { older.stopReasons.count == 1 }
        #expect(older.stopReasons[0].code == .takenOver)
        #expect(older.stopReasons[0].message.contains("CASCADE_REPLICA"))
        #expect(older.stopReasons[0].message.contains("partition 1 of 2"))
        #expect(older.counts("cascade_user_partitions_taken_over_total 1"))
        #expect(lines.all.contains { $0.contains("user-features stops") })
        // It answers, takes in and writes nothing any more.
        await #expect(throws: UserFeaturesError.self) { _ = try await older.state(of: "u1") }
        let written = log.records(Topics().userFeatures).count { $0.partition == 0 }
        try send(50..<100)
        try await newer.catchUp()
        #expect(try await !older.users.flush())
        #expect(log.records(Topics().userFeatures).count { $0.partition == 0 } == written)
        #expect(newer.users.stopReason == nil)
        #expect(older.stopReasons.count == 1)
        older.close()
        newer.close()
    }

    @Test func rowsThatThePreviousOwnerWroteTooLateAreWrittenAgain() async throws {
        let system = try await ReplicaSystem(
            in: TemporaryDirectory(), log: log, checkpointInterval: 1, ownerCheckInterval: 1)
        try send(0..<100)
        try await system.catchUp()
        #expect(try await system.users.flush())
        let stale = log.records(Topics().userFeatures).filter { $0.key.hasPrefix("u") }
        try send(100..<200)
        try await system.catchUp()
        #expect(try await system.users.flush())
        try log.store(
            stale.map {
                NewRecord(
                    topic: $0.topic, key: $0.key, value: $0.value, timestamp: 0,
                    headers: [RecordHeader("cascade-owner", "another")], partition: $0.partition)
            })
        for user in 0..<10 {
            try await eventually {
                let last = log.records(Topics().userFeatures).last { $0.key == "u\(user)" }
                return try last?.value.withUnsafeBytes { try UserRowMessage.decode($0) }.state.version == 20
            }
        }
        system.close()
    }

    @Test func aFileOfAnotherPartitionIsRefused() async throws {
        let directory = try TemporaryDirectory()
        try send(0..<20)
        try await ReplicaSystem(in: directory, log: log).close()
        func open(_ log: MemoryLog) async throws { _ = try await ReplicaSystem(in: directory, log: log) }
        let other = await #expect(throws: CheckpointError.self) { try await open(MemoryLog(partitions: 4)) }
        #expect(other?.code == .foreign)
        #expect(other?.message.contains("partition 0 of 2") == true)
        #expect(other?.message.contains("partition 0 of 4 is wanted") == true)
        directory.removeDatabase("users-1.sqlite")
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.moveItem(
                atPath: directory.file("users-0.sqlite") + suffix, toPath: directory.file("users-1.sqlite") + suffix)
        }
        let swapped = await #expect(throws: CheckpointError.self) { try await open(log) }
        #expect(swapped?.message.contains("users-1.sqlite is the state of partition 0 of 2") == true)
        #expect(log.records(Topics().userFeatures).count { $0.partition == 1 && $0.key == "\u{1}owner" } == 1)
        directory.removeDatabase("users-1.sqlite")
        try await open(log)
    }

    @Test func filesOfNewerVersionsOfAnEmbeddedLogAndOfAnotherTopicAreRefused() async throws {
        let directory = try TemporaryDirectory()
        func error() async -> CheckpointError? {
            await #expect(throws: CheckpointError.self) { _ = try await ReplicaSystem(in: directory, log: log) }
        }
        let path = directory.file("users-0.sqlite")
        func make(version: Int32, _ statements: String) throws {
            _ = try SQLiteDatabase(path: path, format: SQLiteFormat(applicationID: 0x4361_5573, version: version)) {
                database throws(SQLiteError) in
                try database.execute(statements)
            }
        }
        try make(version: 3, "CREATE TABLE users (slot INTEGER PRIMARY KEY)")
        let newer = await error()
        #expect(newer?.code == .newerFormat)
        #expect(newer?.message.contains("newer version of cascade") == true)
        directory.removeDatabase("users-0.sqlite")
        try make(
            version: 1,
            """
            CREATE TABLE users (slot INTEGER PRIMARY KEY, user TEXT NOT NULL, state BLOB NOT NULL);
            CREATE TABLE erasures (user TEXT PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            """)
        #expect(await error()?.message.contains("the state of an embedded log") == true)
        directory.removeDatabase("users-0.sqlite")
        try send(0..<20)
        try await ReplicaSystem(in: directory, log: log).close()
        let ahead = await #expect(throws: CheckpointError.self) {
            _ = try await ReplicaSystem(in: directory, log: MemoryLog(partitions: 2))
        }
        #expect(ahead?.code == .aheadOfLog)
    }

    @Test func aChangelogThatCannotBeReadIsAnErrorThatNamesThePlace() async throws {
        try log.store([
            NewRecord(
                topic: Topics().userFeatures, key: "u1", value: [1, 2, 3], timestamp: 0,
                headers: [RecordHeader("cascade-owner", "another")], partition: 1)
        ])
        let error = await #expect(throws: UserFeaturesError.self) {
            _ = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        }
        #expect(error?.code == .badChangelog)
        #expect(error?.message.contains("partition 1, offset 0") == true)
    }

    @Test func recordsOfStrangersInTheChangelogArePassedOverAndItsRowsWrittenAgain() async throws {
        let topic = Topics().userFeatures
        func strangers(_ keys: [String]) throws {
            try log.store(
                (0..<2).flatMap { partition in
                    keys.map { NewRecord(topic: topic, key: $0, value: [1, 2, 3], timestamp: 0, partition: partition) }
                })
        }
        // Before there is an owner, and beside one.
        let keys = ["u1", "u2", "nobody", "\u{1}position", "\u{1}owner", "\u{1}other"]
        try strangers(keys)
        let system = try await ReplicaSystem(
            in: TemporaryDirectory(), log: log, checkpointInterval: 1, ownerCheckInterval: 1)
        #expect(system.counts("cascade_user_changelog_strangers_total 12"))
        try send(0..<100)
        try await system.catchUp()
        #expect(try await system.users.flush())
        let version = try #require(try await system.state(of: "u1")).version
        let last = try #require(log.records(topic).last { $0.key == "u1" && $0.value.count > 3 })
        try strangers(keys)
        await eventually { system.counts("cascade_user_changelog_strangers_total 24") }
        try await eventually {
            let own = log.records(topic).filter {
                $0.partition == last.partition && $0.offset > last.offset && !$0.headers.isEmpty
            }
            let row = try own.last { $0.key == "u1" }.map { try $0.value.withUnsafeBytes(UserRowMessage.decode) }
            return row?.state.version == version
        }
        system.close()
        #expect(system.users.stopReason == nil)
        let rebuilt = try await ReplicaSystem(in: TemporaryDirectory(), log: log)
        #expect(try await rebuilt.state(of: "u1")?.version == version)
        rebuilt.close()
    }

    @Test func aFullDiskStopsNothingAndLosesNothing() async throws {
        let directory = try TemporaryDirectory()
        let lines = Lines()
        let system = try await ReplicaSystem(in: directory, log: log, maximumFileBytes: 30_000, sink: lines)
        let events = (0..<2_000).map { id in
            let event = Event(id: "\(id)", type: "click", user: "u\(id % 1_000)", items: ["i1"], timestamp: 10)
            return NewRecord(
                topic: Topics().userEvents, key: event.user, value: EventJSON.encoded(event), timestamp: 10)
        }
        try log.store(Array(events[..<1_000]))
        try await system.catchUp()
        #expect(try await !system.users.flush())
        let rows = log.records(Topics().userFeatures).count { $0.key.hasPrefix("u") }
        #expect(try await !system.users.flush())
        #expect(log.records(Topics().userFeatures).count { $0.key.hasPrefix("u") } == rows, "each is published once")
        try log.store(Array(events[1_000...]))
        try await system.catchUp()
        #expect(try await system.state(of: "u5")?.version == 2)
        #expect(lines.all.count { $0.contains("checkpoint not written") } == 1)
        system.close()
        let again = try await ReplicaSystem(in: directory, log: log)
        for user in 0..<1_000 { #expect(try await again.state(of: "u\(user)")?.version == 2) }
        #expect(try await again.users.flush())
        again.close()
    }
}
