import EmbeddedLog
import EventLog
import Foundation
import Testing
import TestSupport

/// Kills, full devices, overload and files that are no logs.
struct FailureTests {
    private let fixture: LogFixture

    init() throws {
        fixture = try LogFixture()
    }

    private func code(_ body: () async throws -> Void) async -> LogError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? LogError)?.code
        }
    }

    /// What a kill leaves is what the files hold at that moment: they are copied, while the log is being written, by
    /// the consumer, which runs between commit and answer.
    @Test func aKillLosesNothingThatWasAnswered() async throws {
        let log = try fixture.open()
        let folder = fixture.files.path
        let copies = Copies(folder)
        _ = try log.subscribe(topic: LogFixture.topic, after: .start) { copies.take(after: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for step in 0..<15 {
                        let start = (task * 15 + step) * 10
                        _ = try await log.append(LogFixture.records(start..<start + 10))
                    }
                }
            }
            try await group.waitForAll()
        }
        let whole = try log.all()
        #expect(copies.taken.count >= 3)
        for copy in copies.taken {
            let after = try EmbeddedLog(path: copy.path)
            let records = try after.all()
            #expect(records == whole.filter { $0.position <= copy.last })
            // It goes on from there; what had come is known, what had not is taken.
            let outcomes = try await after.append(LogFixture.records(0..<600))
            #expect(outcomes.count { $0 == .duplicate } == records.count)
            #expect(try after.all().count == 600)
        }
    }

    @Test func aFullDeviceLosesNothing() async throws {
        let log = try fixture.open { $0.maximumFileBytes = 100 * 4096 }
        var stored = 0
        let full = await code {
            while stored < 10_000 {
                _ = try await log.append([LogFixture.record(stored, key: stored % 2 == 0 ? "even" : "odd", bytes: 1000)]
                )
                stored += 1
            }
        }
        #expect(full == .diskFull)
        #expect(stored > 10)
        let before = try log.all()
        #expect(before.count == stored)
        #expect(await code { _ = try await log.append([LogFixture.record(stored, bytes: 500_000)]) } == .diskFull)
        // Room is back: the refused record is taken, in its turn.
        _ = try await log.eraseRecords(topic: LogFixture.topic, key: "odd")
        let outcome = try await log.append([LogFixture.record(stored, key: "even", bytes: 1000)])
        let evens = before.filter { $0.key == "even" }
        #expect(outcome == [.appended(partition: evens[0].partition, offset: Int64(evens.count))])
        #expect(try log.all().dropLast() == evens[...])
        log.close()
        #expect(try fixture.open().all().count == evens.count + 1)
    }

    @Test func refusesMoreThanItsQueueHolds() async throws {
        let log = try fixture.open { $0.maximumQueuedRecords = 10 }
        let gate = Gate()
        _ = try log.subscribe(topic: "gate", after: .start) { _ in gate.pass() }
        let first = Task { try await log.append([LogFixture.record(0, topic: "gate")]) }
        // The log's thread is in the consumer then; its record counts until it is answered.
        await gate.reached()
        #expect(await code { _ = try await log.append(LogFixture.records(0..<20)) } == .overloaded)
        gate.open()
        #expect(try await first.value.count == 1)
        #expect(try await log.append(LogFixture.records(0..<20)).count == 20)
    }

    @Test func saysThatItIsClosed() async throws {
        let log = try fixture.open()
        _ = try await log.append([LogFixture.record(0)])
        log.close()
        log.close()
        #expect(await code { _ = try await log.append([LogFixture.record(1)]) } == .closed)
        #expect(await code { _ = try await log.appendBulk([LogFixture.record(1)]) } == .closed)
        #expect(await code { _ = try log.all() } == .closed)
        #expect(await code { _ = try log.endPosition(topic: LogFixture.topic) } == .closed)
        #expect(await code { _ = try await log.eraseRecords(topic: LogFixture.topic, key: "u0") } == .closed)
        #expect(await code { _ = try log.subscribe(topic: LogFixture.topic, after: .start) { _ in } } == .closed)
    }

    @Test func refusesFilesThatAreNoLogs() async throws {
        try Data(repeating: 0x41, count: 5000).write(to: URL(filePath: fixture.path))
        #expect(await code { _ = try fixture.open() } == .unknownFormat)
        #expect(await code { _ = try EmbeddedLog(path: "\(fixture.files.path)/no/log.sqlite") } == .inaccessible)
    }

    @Test func refusesANewerFormat() async throws {
        try fixture.open().close()
        // SQLite's header: user_version is the big-endian word at byte 60.
        let file = try FileHandle(forWritingTo: URL(filePath: fixture.path))
        try file.seek(toOffset: 60)
        try file.write(contentsOf: Data([0, 0, 0, 99]))
        try file.close()
        #expect(await code { _ = try fixture.open() } == .unknownFormat)
    }
}
