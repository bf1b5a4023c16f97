import EventLog
import Foundation
import Logging
import Metrics
import Outbox
import SQLite
import TestSupport
import Testing

/// An outbox over a log that can be switched.
private final class Fixture {
    let folder: TemporaryDirectory
    let log = SwitchedLog()
    private(set) var metrics = MetricRegistry()
    private let configuration: OutboxConfiguration
    private var opened: Outbox?

    static let away = LogError(.overloaded, "The log is away.")

    init(change: (inout OutboxConfiguration) -> Void = { _ in }) throws {
        folder = try TemporaryDirectory()
        var configuration = OutboxConfiguration(
            path: folder.file("outbox.sqlite"), patienceMilliseconds: 60_000, retryMilliseconds: 1...5)
        change(&configuration)
        self.configuration = configuration
    }

    deinit { opened?.close() }

    var outbox: Outbox {
        get throws {
            if let opened { return opened }
            metrics = MetricRegistry()
            let outbox = try Outbox(configuration, log: log, logger: Logger(level: .error), metrics: metrics)
            opened = outbox
            return outbox
        }
    }

    func close() {
        opened?.close()
        opened = nil
    }

    func metric(_ line: String) -> Bool { metrics.render().contains("\n" + line + "\n") }

    @discardableResult
    func send(_ ids: String..., key: String = "u") async throws -> [SinkOutcome] {
        try await outbox.append(
            ids.map { NewRecord(topic: "t", key: key, id: $0, value: Array("{\"\($0)\"}".utf8), timestamp: 7) })
    }
}

@Suite struct OutboxTests {
    /// On a full disk, say.
    @Test func whatCannotBeDeletedIsNotDeliveredAgain() async throws {
        let fixture = try Fixture()
        fixture.log.set(.failing(Fixture.away))
        #expect(try await fixture.send("a", "b") == [.queued, .queued])
        let other = try SQLiteDatabase(
            path: fixture.folder.file("outbox.sqlite"), format: SQLiteFormat(applicationID: 0x4373_634f, version: 1)
        ) { _ throws(SQLiteError) in }
        try other.execute(
            "CREATE TRIGGER refusal BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'no room'); END")
        fixture.log.set(.working)
        await eventually { fixture.log.ids.count >= 2 }
        #expect(try await fixture.send("c") == [.queued])
        // Many times what a try waits before the next.
        try await Task.sleep(for: .milliseconds(100))
        #expect(fixture.log.ids == ["a", "b"])
        try other.execute("DROP TRIGGER refusal")
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == ["a", "b", "c"])
    }

    @Test func aLogThatIsThereGetsRecordsAtOnce() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.send("a", "b") == [.appended, .appended])
        #expect(fixture.log.ids == ["a", "b"])
        #expect(fixture.metric("cascade_outbox_records 0"))
    }

    @Test func whatTheLogDoesNotTakeIsDeliveredInOrderOnce() async throws {
        let fixture = try Fixture()
        fixture.log.set(.failing(Fixture.away))
        #expect(try await fixture.send("a") == [.queued])
        let calls = fixture.log.calls
        #expect(try await fixture.send("b", "c") == [.queued, .queued])
        #expect(try await fixture.send("d", key: "v") == [.queued])
        #expect(fixture.metric("cascade_outbox_records 4"))
        // It goes on trying without being asked.
        await eventually { fixture.log.calls > calls + 3 }
        fixture.log.set(.working)
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == ["a", "b", "c", "d"])
        #expect(
            fixture.log.records[0]
                == NewRecord(topic: "t", key: "u", id: "a", value: Array("{\"a\"}".utf8), timestamp: 7))
        #expect(fixture.metric(#"cascade_outbox_total{outcome="queued"} 4"#))
        #expect(fixture.metric(#"cascade_outbox_total{outcome="delivered"} 4"#))
        #expect(fixture.metric("cascade_outbox_bytes 0"))
        #expect(fixture.metric("cascade_outbox_oldest_seconds 0"))
        #expect(try await fixture.send("e") == [.appended])
        #expect(fixture.log.ids.last == "e")
    }

    @Test func newRecordsGoBehindThoseThatWait() async throws {
        let fixture = try Fixture()
        fixture.log.set(.failing(Fixture.away))
        try await fixture.send("a")
        // The delivery of "a" hangs in a log that is back: "b" must not overtake it.
        fixture.log.set(.hanging)
        let calls = fixture.log.calls
        await eventually { fixture.log.calls > calls }
        #expect(try await fixture.send("b") == [.queued])
        fixture.log.set(.working)
        await eventually { fixture.log.ids.count == 2 }
        #expect(fixture.log.ids == ["a", "b"])
    }

    @Test func whatWaitsSurvivesARestart() async throws {
        let fixture = try Fixture { $0.batchRecords = 7 }
        fixture.log.set(.failing(Fixture.away))
        for number in 0..<50 { try await fixture.send("\(number)", key: "user\(number % 3)") }
        fixture.close()
        fixture.log.set(.working)
        _ = try fixture.outbox
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == (0..<50).map(String.init))
        fixture.close()
        _ = try fixture.outbox
        #expect(fixture.metric("cascade_outbox_records 0"))
        #expect(fixture.log.ids.count == 50)
    }

    @Test func aLogThatDoesNotAnswerIsNotWaitedForLong() async throws {
        let fixture = try Fixture { $0.patienceMilliseconds = 20 }
        fixture.log.set(.hanging)
        #expect(try await fixture.send("a") == [.queued])
        fixture.log.set(.working)
        // The append that was given up has succeeded after all: the same record comes twice, with its id.
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == ["a", "a"])
    }

    @Test func anAppendThatMayHaveFailedComesAgainWithItsID() async throws {
        let fixture = try Fixture()
        fixture.log.set(.ambiguous(Fixture.away))
        try await fixture.send("a")
        await eventually { fixture.log.ids.count > 2 }
        fixture.log.set(.working)
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(Set(fixture.log.ids) == ["a"])
    }

    @Test func boundsOfRecordsAndBytesHold() async throws {
        let fixture = try Fixture { $0.maximumRecords = 3 }
        fixture.log.set(.failing(Fixture.away))
        try await fixture.send("a", "b")
        let refusal = await #expect(throws: LogError.self) { try await fixture.send("c", "d") }
        #expect(refusal?.code == .overloaded && refusal?.message.contains("full") == true)
        try await fixture.send("e")
        await #expect(throws: LogError.self) { try await fixture.send("f") }
        #expect(fixture.metric(#"cascade_outbox_total{outcome="rejected"} 3"#))
        fixture.log.set(.working)
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == ["a", "b", "e"])

        let small = try Fixture { $0.maximumBytes = 40 }
        small.log.set(.failing(Fixture.away))
        try await small.send("a")
        await #expect(throws: LogError.self) { try await small.send("b", key: String(repeating: "k", count: 40)) }
        try await small.send("c")
    }

    @Test func whatNoLogTakesIsNotQueued() async throws {
        let fixture = try Fixture()
        fixture.log.set(.failing(LogError(.invalidRecord, "The key is too long.")))
        // What no log takes is the caller's to know at once.
        let refusal = await #expect(throws: LogError.self) { try await fixture.send("a") }
        #expect(refusal?.code == .invalidRecord)
        #expect(fixture.metric("cascade_outbox_records 0"))
    }

    @Test func aRecordThatNoLogTakesDoesNotHoldUpTheOthers() async throws {
        let fixture = try Fixture()
        fixture.log.set(.failing(Fixture.away))
        try await fixture.send("a", "b", "c")
        fixture.log.refuse(["b"])
        fixture.log.set(.working)
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == ["a", "c"])
        #expect(fixture.metric(#"cascade_outbox_total{outcome="dropped"} 1"#))
    }

    @Test func whoIsErasedLeavesNothingBehind() async throws {
        let fixture = try Fixture()
        fixture.log.set(.failing(Fixture.away))
        try await fixture.send("a-secret-thing", key: "erased-user")
        try await fixture.send("b", key: "other-user")
        #expect(try fixture.folder.bytes(ofFilesBeginning: "outbox").range(of: Data("erased-user".utf8)) != nil)
        try await fixture.outbox.purge(key: "erased-user")
        #expect(fixture.metric("cascade_outbox_records 1"))
        for text in ["erased-user", "a-secret-thing"] {
            #expect(try fixture.folder.bytes(ofFilesBeginning: "outbox").range(of: Data(text.utf8)) == nil)
        }
        fixture.log.set(.working)
        await eventually { fixture.metric("cascade_outbox_records 0") }
        #expect(fixture.log.ids == ["b"])
    }

    @Test func manyAtOnceKeepTheOrderOfEachKey() async throws {
        let fixture = try Fixture { $0.batchRecords = 16 }
        let outbox = try fixture.outbox
        try await withThrowingTaskGroup(of: Void.self) { group in
            for user in 0..<8 {
                group.addTask {
                    for number in 0..<60 {
                        let record = NewRecord(
                            topic: "t", key: "user\(user)", id: "\(user)-\(number)", value: [1], timestamp: 0)
                        _ = try await outbox.append([record])
                    }
                }
            }
            group.addTask { [log = fixture.log] in
                for round in 0..<40 {
                    log.set(round % 2 == 0 ? .failing(Fixture.away) : .working)
                    try await Task.sleep(for: .milliseconds(3))
                }
                log.set(.working)
            }
            try await group.waitForAll()
        }
        await eventually { fixture.metric("cascade_outbox_records 0") }
        for user in 0..<8 {
            #expect(
                fixture.log.records.filter { $0.key == "user\(user)" }.map { $0.id ?? "" }
                    == (0..<60).map { "\(user)-\($0)" })
        }
    }

    @Test func aClosedOutboxTakesNothing() async throws {
        let fixture = try Fixture()
        let outbox = try fixture.outbox
        fixture.log.set(.failing(Fixture.away))
        outbox.close()
        let record = NewRecord(topic: "t", key: "u", id: "a", value: [1], timestamp: 0)
        let refusal = await #expect(throws: LogError.self) { _ = try await outbox.append([record]) }
        #expect(refusal?.code == .closed)
    }

    @Test func aFileThatIsNotAnOutboxIsRefused() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(String(repeating: "not a database at all ", count: 400))
        #expect(throws: LogError.self) {
            _ = try Outbox(
                OutboxConfiguration(path: path), log: SwitchedLog(), logger: Logger(level: .error),
                metrics: MetricRegistry())
        }
    }
}
