import Contracts
import Domain
import EventLog
import Foundation
import Glibc
import KafkaLog
import Logging
import Metrics
import Synchronization
import TestSupport
import Testing
import UserFeatures

/// The same over a real Kafka, in a process that is killed.
@Suite(.enabled(if: KafkaServer.isAvailable), .serialized) struct KafkaTests {
    private static let partitions = 4
    private let topics = Topics(prefix: KafkaServer.uniquePrefix())

    private func open() throws -> KafkaLog {
        var configuration = KafkaLogConfiguration(
            brokers: try KafkaServer.shared().address,
            topics: [
                KafkaTopic(topics.userEvents, .retained()), KafkaTopic(topics.userFeatures, .compacted),
                KafkaTopic(topics.deadLetter, .retained()),
            ])
        configuration.partitions = Self.partitions
        configuration.deliveryTimeout = .seconds(30)
        configuration.queryTimeout = .seconds(30)
        configuration.connectTimeout = .seconds(60)
        return try KafkaLog(configuration, logger: Logger(sink: Silence()), metrics: MetricRegistry())
    }

    @Test func killedAtRandomWhileEventsFlowItEndsWithTheStateOfAnUninterruptedRun() async throws {
        let log = try open()
        let directory = try TemporaryDirectory()
        let isDone = Atomic(false)
        async let sent: Void = send(50_000, to: log, isDone)
        var random = SeededGenerator(seed: 11)
        var kills = 0
        repeat {
            let replica = try ReplicaProcess(topics: topics, partitions: Self.partitions, directory: directory.path)
            try await replica.waitUntilOpen()
            try await Task.sleep(for: .milliseconds(Int.random(in: 20..<600, using: &random)))
            replica.kill()
            kills += 1
        } while !isDone.load(ordering: .acquiring) || kills < 8
        try await sent
        let catalogue = TestCatalogue(items: 10_000)
        let limits = UserState.Limits()
        let system = try await ReplicaSystem(
            in: directory, log: log, topics: topics, catalogue: catalogue, limits: limits)
        var end = LogPositions()
        while try log.endPositions(topic: topics.userEvents) != end {
            end = try log.endPositions(topic: topics.userEvents)
            try await system.catchUp(topics.userEvents)
            #expect(try await system.users.flush())
        }
        system.close()
        let result = try StoredUsers(in: directory, partitions: 0..<Self.partitions)

        let copy = MemoryLog(partitions: Self.partitions)
        for lane in 0..<Self.partitions {
            var position = LogPosition.start
            while position < end[lane] {
                let records = try log.read(topic: topics.userEvents, lane: lane, after: position, limit: 10_000)
                position = records.last?.position ?? end[lane]
                try copy.store(
                    records.map {
                        NewRecord(
                            topic: Topics().userEvents, key: $0.key, value: $0.value, timestamp: $0.timestamp,
                            headers: $0.headers, partition: $0.partition)
                    })
            }
        }
        let uninterrupted = try TemporaryDirectory()
        let reference = try await ReplicaSystem(in: uninterrupted, log: copy, catalogue: catalogue, limits: limits)
        #expect(try await reference.users.flush())
        reference.close()
        let expected = try StoredUsers(in: uninterrupted, partitions: 0..<Self.partitions)
        #expect(expected.rows.count == 500)
        #expect(result.rows == expected.rows)
        print("exactly once: \(kills) kills, \(end.lanes.reduce(0) { $0 + end[$1].rawValue }) records")

        // An empty disk, from the changelog.
        let empty = try TemporaryDirectory()
        let rebuilt = try await ReplicaSystem(in: empty, log: log, topics: topics, catalogue: catalogue, limits: limits)
        #expect(rebuilt.counts(#"cascade_user_events_total{kind="interaction"} 0"#))
        rebuilt.close()
        #expect(try StoredUsers(in: empty, partitions: 0..<Self.partitions).rows == expected.rows)
        log.close()
    }

    /// Events of 500 users; some twice, some without an id, some outside their partition.
    private func send(_ count: Int, to log: KafkaLog, _ isDone: borrowing Atomic<Bool>) async throws {
        var random = SeededGenerator(seed: 7)
        // Of now, or the topic's retention removes them while they are read.
        let start = DeadLetter.wallClock()
        var number = 0
        while number < count {
            var records: [NewRecord] = []
            for _ in 0..<500 {
                let user = "user-\(Int.random(in: 0..<500, using: &random))"
                let item = "i\(Int.random(in: 0..<10_000, using: &random))"
                let time = start + Int64(number) / 1_000
                let event = Event(id: "e\(number)", type: "click", user: user, items: [item], timestamp: time)
                var record = NewRecord(
                    topic: topics.userEvents, key: user, value: EventJSON.encoded(event), timestamp: time)
                if number % 10 == 0 {
                    record.value = Array(#"{"type":"view","user":"\#(user)","item":"\#(item)"}"#.utf8)
                }
                if number % 7 == 0 { record.partition = Int.random(in: 0..<Self.partitions, using: &random) }
                records.append(record)
                if number % 13 == 0 { records.append(record) }
                number += 1
            }
            _ = try await log.appendBulk(records)
            try await Task.sleep(for: .milliseconds(40))
        }
        isDone.store(true, ordering: .releasing)
    }
}

/// A replica of all partitions as a process of its own.
private final class ReplicaProcess {
    private let process = Process()
    private let output: URL

    init(topics: Topics, partitions: Int, directory: String) throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: program).deletingLastPathComponent()
            .appending(path: "user-features-benchmark")
        let prefix = String(topics.userEvents.dropLast(".user-events".count))
        process.arguments = ["follow", try KafkaServer.shared().address, prefix, "\(partitions)", directory]
        output = URL(fileURLWithPath: directory).appending(path: "output")
        try Data().write(to: output)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
    }

    deinit { kill() }

    func waitUntilOpen() async throws {
        try await eventually {
            #expect(process.isRunning, "the replica ended before it was open")
            return try !Data(contentsOf: output).isEmpty || !process.isRunning
        }
    }

    func kill() {
        guard process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
