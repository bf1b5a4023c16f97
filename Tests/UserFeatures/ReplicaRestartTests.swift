import Contracts
import Domain
import EventLog
import SQLite
import TestSupport
import Testing
import UserFeatures

@Suite struct ReplicaRestartTests {
    private static let partitions = 4

    /// Two replicas are killed, stopped and emptied at random; the result is that of one that reads the whole log at once.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func aKillAtAnyMomentChangesNothing(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed &+ 100)
        var records = RandomRecords(seed: seed, users: 20, partitions: Self.partitions)
        let log = MemoryLog(partitions: Self.partitions, batchLength: 7)
        let directories = try [TemporaryDirectory(), TemporaryDirectory()]
        func open(_ index: Int) async throws -> ReplicaSystem {
            try await ReplicaSystem(
                in: directories[index], log: log, replica: (index, 2),
                checkpointInterval: Bool.random(using: &random) ? 1 : 1_000_000)
        }
        var replicas = [try await open(0), try await open(1)] as [ReplicaSystem?]
        for _ in 0..<120 {
            try log.store((0..<Int.random(in: 0..<20, using: &random)).map { _ in records.next() })
            let index = Int.random(in: 0..<2, using: &random)
            switch Int.random(in: 0..<24, using: &random) {
            case 0...1:
                replicas[index] = nil
                replicas[index] = try await open(index)
            case 2...3: try await replicas[index]?.users.flush()
            case 4:
                replicas[index]?.close()
                replicas[index] = try await open(index)
            case 5:
                // Not while what was killed may still be writing: SQLite would take away the new files' log.
                replicas[index]?.close()
                replicas[index] = nil
                for partition in 0..<Self.partitions { directories[index].removeDatabase("users-\(partition).sqlite") }
                replicas[index] = try await open(index)
            case 6: log.compact(Topics().userFeatures)
            case 7:
                log.fail(Topics().userFeatures, with: LogError(.overloaded, "later"))
                _ = try await replicas[index]?.users.flush()
                log.fail(Topics().userFeatures, with: nil)
            default: break
            }
        }
        try await Self.settle(replicas.compactMap { $0 }, log)
        for replica in replicas { replica?.close() }
        let result = try [0, 1].map { index in
            try StoredUsers(in: directories[index].path, partitions: stride(from: index, to: Self.partitions, by: 2))
        }
        let reference = try await Self.fold(log)
        #expect(reference.rows.count > 10)
        #expect(result[0].rows.merging(result[1].rows) { one, _ in one } == reference.rows)
        #expect(result[0].places.merging(result[1].places) { one, _ in one } == reference.places)

        // The same from the changelog alone.
        let empty = try TemporaryDirectory()
        log.compact(Topics().userFeatures)
        let rebuilt = try await ReplicaSystem(in: empty, log: log)
        #expect(rebuilt.counts(#"cascade_user_events_total{kind="interaction"} 0"#), "nothing was read again")
        rebuilt.close()
        let stored = try StoredUsers(in: empty.path, partitions: 0..<Self.partitions)
        #expect(stored.rows == reference.rows)
        #expect(stored.places == reference.places)
    }

    /// Waits until all replicas have everything, what they forwarded to each other included.
    static func settle(_ replicas: [ReplicaSystem], _ log: MemoryLog) async throws {
        var end = -1
        while end != log.records(Topics().userEvents).count {
            end = log.records(Topics().userEvents).count
            for replica in replicas {
                try await replica.catchUp()
                // A checkpoint waits for what is to be forwarded.
                #expect(try await replica.users.flush())
            }
        }
    }

    /// What one uninterrupted run makes of a log's events.
    static func fold(_ log: MemoryLog) async throws -> StoredUsers {
        let copy = MemoryLog(partitions: log.partitions)
        try copy.store(
            log.records(Topics().userEvents).map {
                NewRecord(
                    topic: $0.topic, key: $0.key, id: $0.id, value: $0.value, timestamp: $0.timestamp,
                    headers: $0.headers, partition: $0.partition)
            })
        let ends = try copy.endPositions(topic: Topics().userEvents)
        let directory = try TemporaryDirectory()
        let system = try await ReplicaSystem(in: directory, log: copy)
        try await settle([system], copy)
        system.close()
        var stored = try StoredUsers(in: directory.path, partitions: 0..<log.partitions)
        // It has forwarded what was forwarded before, and knows that: only its places are behind those records.
        for lane in 0..<log.partitions { stored.places["\(lane) events"] = Int64(ends[lane].rawValue) }
        return stored
    }

    @Test func whatTheChangelogHasAheadOfItsPositionIsNotAppliedTwice() async throws {
        let log = MemoryLog(partitions: 1)
        var records = RandomRecords(seed: 3, users: 5, partitions: 1)
        try log.store((0..<200).map { _ in records.next() })
        let directory = try TemporaryDirectory()
        let system = try await ReplicaSystem(in: directory, log: log)
        system.close()
        let reference = try StoredUsers(in: directory.path, partitions: 0..<1)
        // A kill between the rows and the position: the rows of the end with a position of the middle.
        let changelog = Topics().userFeatures
        try log.store([
            NewRecord(topic: changelog, key: "\u{1}position", value: Array("90".utf8), timestamp: 0, partition: 0)
        ])
        directory.removeDatabase("users-0.sqlite")
        let rebuilt = try await ReplicaSystem(in: directory, log: log)
        rebuilt.close()
        #expect(try StoredUsers(in: directory.path, partitions: 0..<1) == reference)
    }

    @Test func aCheckpointOlderThanTheLogsRetentionIsReplacedByTheChangelog() async throws {
        let log = MemoryLog(partitions: 1)
        var records = RandomRecords(seed: 4, users: 5, partitions: 1)
        let (old, new) = try (TemporaryDirectory(), TemporaryDirectory())
        try log.store((0..<50).map { _ in records.next() })
        try await ReplicaSystem(in: old, log: log).close()
        try await ReplicaSystem(in: new, log: log).close()
        try log.store((0..<50).map { _ in records.next() })
        try await ReplicaSystem(in: new, log: log).close()
        log.trim(Topics().userEvents, lane: 0, before: 80)
        try log.store((0..<50).map { _ in records.next() })
        try await ReplicaSystem(in: old, log: log).close()
        try await ReplicaSystem(in: new, log: log).close()
        #expect(
            try StoredUsers(in: old.path, partitions: 0..<1).rows == StoredUsers(in: new.path, partitions: 0..<1).rows)
    }
}
