import EmbeddedLog
import EventLog
import Testing

/// Appending, reading, and what a restart finds.
struct AppendTests {
    private let fixture: LogFixture

    init() throws {
        fixture = try LogFixture()
    }

    @Test func readsWhatWasAppended() async throws {
        let log = try fixture.open()
        let records = LogFixture.records(0..<100)
        let outcomes = try await log.append(records)
        let read = try log.all()
        #expect(read.count == 100)
        var next = [Int: Int64]()
        for (index, record) in read.enumerated() {
            #expect(record.key == records[index].key)
            #expect(record.id == records[index].id)
            #expect(record.value == records[index].value)
            #expect(record.timestamp == records[index].timestamp)
            #expect(record.topic == LogFixture.topic)
            #expect(record.partition == Murmur2.partition(of: record.key, count: log.partitions))
            #expect(record.offset == next[record.partition, default: 0])
            #expect(outcomes[index] == .appended(partition: record.partition, offset: record.offset))
            next[record.partition, default: 0] += 1
            if index > 0 { #expect(record.position > read[index - 1].position) }
        }
        #expect(try log.endPosition(topic: LogFixture.topic) == read.last?.position)
        #expect(try log.endPosition(topic: "none") == .start)
        #expect(try log.read(topic: "none", after: .start, limit: 5).isEmpty)
        #expect(try log.read(topic: LogFixture.topic, after: read[9].position, limit: 3) == Array(read[10..<13]))
        #expect(try await log.append([]).isEmpty)
    }

    @Test func storesAnIdOnce() async throws {
        var log = try fixture.open()
        let first = try await log.append([LogFixture.record(1), LogFixture.record(1), LogFixture.record(2)])
        #expect(first[1] == .duplicate)
        #expect(first[2] != .duplicate)
        // Another value and another key under the same id: still the same record.
        #expect(try await log.append([LogFixture.record(9, key: "other", id: "id-1")]) == [.duplicate])
        // Ids are a topic's own, and none is always new.
        #expect(try await log.append([LogFixture.record(1, topic: "other")]) != [.duplicate])
        for _ in 0..<2 { #expect(try await log.append([LogFixture.record(3, id: .some(nil))]) != [.duplicate]) }
        log.close()
        log = try fixture.open()
        #expect(try await log.appendBulk([LogFixture.record(2), LogFixture.record(4)]).first == .duplicate)
        #expect(try log.all().map(\.id) == ["id-1", "id-2", nil, nil, "id-4"])
        #expect(try log.all("other").count == 1)
    }

    @Test func goesOnAfterARestart() async throws {
        var expected: [LogRecord] = []
        for round in 0..<3 {
            let log = try fixture.open { $0.partitions = round == 0 ? 4 : 9 }
            #expect(log.partitions == 4)
            #expect(try log.all() == expected)
            _ = try await log.append(LogFixture.records(round * 20..<round * 20 + 20))
            expected = try log.all()
            #expect(expected.count == (round + 1) * 20)
            log.close()
        }
        for (_, records) in Dictionary(grouping: expected, by: \.partition) {
            #expect(records.map(\.offset) == Array(0..<Int64(records.count)))
        }
    }

    @Test func manyAtOnceShareCommitsAndLoseNothing() async throws {
        let log = try fixture.open { $0.maximumCommitRecords = 64 }
        try await withThrowingTaskGroup(of: [AppendOutcome].self) { group in
            for task in 0..<200 {
                group.addTask {
                    // Every record is sent by two tasks.
                    let numbers = (0..<5).map { task / 2 * 5 + $0 }
                    return try await log.append(numbers.map { LogFixture.record($0) })
                }
            }
            var appended = 0
            for try await outcomes in group { appended += outcomes.count { $0 != .duplicate } }
            #expect(appended == 500)
        }
        let read = try log.all()
        #expect(read.count == 500)
        #expect(Set(read.map(\.id)).count == 500)
    }

    @Test func bulkIsTheSameInLargeCommits() async throws {
        let log = try fixture.open { $0.bulkCommitRecords = 300 }
        let outcomes = try await log.appendBulk(LogFixture.records(0..<1000))
        #expect(outcomes.count == 1000 && !outcomes.contains(.duplicate))
        #expect(try await log.appendBulk(LogFixture.records(500..<1100)).count { $0 == .duplicate } == 500)
        var numbers: [Int64] = []
        let last = try log.forEachRecord(topic: LogFixture.topic, after: .start) { record in
            numbers.append(record.timestamp - 1000)
            return true
        }
        #expect(numbers == Array(0..<1100))
        #expect(last == (try log.endPosition(topic: LogFixture.topic)))
    }

    @Test func visitsFromAPlaceUntilToldToStop() async throws {
        struct Mine: Error {}
        let log = try fixture.open()
        _ = try await log.append(LogFixture.records(0..<50))
        let all = try log.all()
        var seen: [[UInt8]] = []
        let last = try log.forEachRecord(topic: LogFixture.topic, after: all[9].position) { record in
            seen.append(Array(record.value))
            #expect(String(decoding: record.key, as: UTF8.self) == all[9 + seen.count].key)
            return seen.count < 5
        }
        #expect(seen == all[10..<15].map(\.value))
        #expect(last == all[14].position)
        #expect(throws: Mine.self) {
            try log.forEachRecord(topic: LogFixture.topic, after: .start) { _ in throw Mine() }
        }
        #expect(try log.forEachRecord(topic: "none", after: last) { _ in true } == last)
    }

    @Test(arguments: [
        LogFixture.record(1, key: ""), LogFixture.record(1, key: String(repeating: "k", count: 5000)),
        LogFixture.record(1, id: ""), LogFixture.record(1, id: String(repeating: "i", count: 2000)),
        LogFixture.record(1, topic: ""),
    ])
    func refusesRecordsItCannotKeep(record: NewRecord) async throws {
        let log = try fixture.open()
        await #expect { try await log.append([LogFixture.record(0), record]) } throws: { error in
            (error as? LogError)?.code == .invalidRecord
        }
        #expect(try log.all().isEmpty)
    }
}
