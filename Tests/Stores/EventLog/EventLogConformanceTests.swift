import EventLog
import TestSupport
import Testing

/// What every log does, with the embedded one and, where it can be started, a real Kafka.
struct EventLogConformanceTests {
    @Test(arguments: LogKind.available)
    func readsWhatWasAppended(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        #expect(log.partitions == LogUnderTest.partitions)
        #expect(try log.endPositions(topic: place.events) == LogPositions(lanes: 0..<log.lanes))
        var records = place.records(0..<100)
        records[7].headers = [
            RecordHeader("reason", "it is so"), RecordHeader("bytes", [0, 255, 0]), RecordHeader("e", []),
        ]
        let outcomes = try await log.append(records)
        let read = try log.all(place.events)
        #expect(read.count == 100)
        for record in read {
            let sent = records[record.number]
            #expect(record.topic == place.events)
            #expect(record.key == sent.key)
            #expect(record.value == sent.value)
            #expect(record.timestamp == sent.timestamp)
            #expect(record.headers == sent.headers)
            #expect(record.partition == Murmur2.partition(of: sent.key, count: log.partitions))
            #expect(outcomes[record.number] == .appended(partition: record.partition, offset: record.offset))
        }
        try expectOrder(of: log, topic: place.events, numbers: Array(0..<100))
    }

    @Test(arguments: LogKind.available)
    func positionsGoOnWhereTheyWere(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        var log = try place.open()
        _ = try await log.append(place.records(0..<60))
        let before = try log.all(place.events)
        let ends = try log.endPositions(topic: place.events)
        log.close()
        log = try place.open()
        defer { log.close() }
        #expect(try log.all(place.events) == before)
        #expect(try log.endPositions(topic: place.events) == ends)
        for lane in 0..<log.lanes {
            #expect(try log.read(topic: place.events, lane: lane, after: ends[lane], limit: 10).isEmpty)
        }
        _ = try await log.append(place.records(60..<90))
        var later: [LogRecord] = []
        for lane in 0..<log.lanes {
            later += try log.read(topic: place.events, lane: lane, after: ends[lane], limit: 100)
        }
        #expect(later.map(\.number).sorted() == Array(60..<90))
        try expectOrder(of: log, topic: place.events, numbers: Array(0..<90))
    }

    @Test(arguments: LogKind.available)
    func visitsFromAPlaceUntilToldToStop(kind: LogKind) async throws {
        struct Mine: Error {}
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        let partition = 2
        _ = try await log.append((0..<50).map { place.record($0, partition: partition) })
        let lane = log.lane(of: partition)
        let all = try log.all(place.events, lane: lane)
        var seen: [[UInt8]] = []
        let last = try log.forEachRecord(topic: place.events, lane: lane, after: all[9].position) { record in
            let same = all[10 + seen.count]
            #expect(record.position == same.position && record.offset == same.offset)
            #expect(record.partition == partition && record.timestamp == same.timestamp)
            #expect(String(decoding: record.key, as: UTF8.self) == same.key)
            seen.append(Array(record.value))
            return seen.count < 5
        }
        #expect(seen == all[10..<15].map(\.value))
        #expect(last == all[14].position)
        #expect(throws: Mine.self) {
            try log.forEachRecord(topic: place.events, lane: lane, after: .start) { _ in throw Mine() }
        }
        #expect(
            try log.forEachRecord(topic: place.events, lane: lane, after: all[49].position) { _ in true }
                == all[49].position)
        #expect(try log.forEachRecord(topic: "none", lane: lane, after: last) { _ in true } == last)
        #expect(try log.read(topic: "none", lane: lane, after: .start, limit: 5).isEmpty)
        #expect(try log.endPosition(topic: "none", lane: lane) == .start)
        #expect(try log.read(topic: place.events, lane: lane, after: .start, limit: 0).isEmpty)
    }

    @Test(arguments: LogKind.available)
    func explicitPartitionsAndKeysOfAnyBytes(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        let strange: [UInt8] = [0xff, 0x00, 0x41, 0xfe]
        var first = place.record(0, key: "x", partition: 3)
        first.keyBytes = strange
        let second = place.record(1, key: "", partition: 3)
        var third = place.record(2, key: "user", partition: 3)
        third.value = []
        let outcomes = try await log.append([first, second, third])
        #expect(outcomes == (0..<3).map { .appended(partition: 3, offset: Int64($0)) })
        let read = try log.read(topic: place.events, lane: log.lane(of: 3), after: .start, limit: 10)
        #expect(read.map(\.keyBytes) == [strange, [], Array("user".utf8)])
        #expect(read.map(\.partition) == [3, 3, 3])
        #expect(read.last?.value.isEmpty == true)
        // A copy of a record goes out with the same bytes.
        var copy = place.record(3)
        copy.keyBytes = read[0].keyBytes
        copy.partition = nil
        let home = strange.withUnsafeBytes { Murmur2.partition(of: $0, count: log.partitions) }
        guard case .appended(home, _) = try await log.append([copy]).first else {
            Issue.record("the partition of a key is that of its bytes")
            return
        }
    }

    @Test(arguments: LogKind.available)
    func bulkIsTheSame(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        let outcomes = try await log.appendBulk(place.records(0..<5000))
        #expect(outcomes.count == 5000)
        #expect(try await log.appendBulk([]).isEmpty)
        try expectOrder(of: log, topic: place.events, numbers: Array(0..<5000))
        #expect(try log.all(place.rows).isEmpty)
    }

    @Test(arguments: LogKind.available)
    func manyAtOnceKeepEachOnesOrder(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<50 {
                group.addTask {
                    for round in 0..<4 {
                        let numbers = (0..<5).map { task * 20 + round * 5 + $0 }
                        let outcomes = try await log.append(numbers.map { place.record($0, key: "task-\(task)") })
                        #expect(outcomes.count == 5 && !outcomes.contains(.duplicate))
                    }
                }
            }
            try await group.waitForAll()
        }
        let read = try log.all(place.events)
        #expect(read.map(\.number).sorted() == Array(0..<1000))
        for (_, records) in Dictionary(grouping: read, by: \.key) {
            #expect(records.map(\.number) == records.map(\.number).sorted())
        }
    }

    @Test(arguments: LogKind.available)
    func refusesRecordsItCannotKeep(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        var bad = [
            place.record(1, key: ""), place.record(1, key: String(repeating: "k", count: 5000)),
            place.record(1, partition: LogUnderTest.partitions), place.record(1, partition: -1),
        ]
        bad += [place.record(1), place.record(1), place.record(1), place.record(1)]
        bad[4].topic = ""
        bad[5].value = [UInt8](repeating: 32, count: 17 << 20)
        bad[6].headers = [RecordHeader("h", [UInt8](repeating: 32, count: 70_000))]
        bad[7].id = ""
        for record in bad {
            await #expect { try await log.append([place.record(0), record]) } throws: { error in
                (error as? LogError)?.code == .invalidRecord
            }
            await #expect { try await log.appendBulk([place.record(0), record]) } throws: { error in
                (error as? LogError)?.code == .invalidRecord
            }
        }
        #expect(try log.all(place.events).isEmpty)
        #expect(try await log.append([]).isEmpty)
    }

    @Test(arguments: LogKind.available)
    func isClosedForGood(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        _ = try await log.append([place.record(0)])
        log.close()
        log.close()
        func isClosed(_ error: any Error) -> Bool { (error as? LogError)?.code == .closed }
        await #expect { try await log.append([place.record(1)]) } throws: { isClosed($0) }
        await #expect { try await log.appendBulk([place.record(1)]) } throws: { isClosed($0) }
        #expect { try log.read(topic: place.events, lane: 0, after: .start, limit: 1) } throws: { isClosed($0) }
        #expect { try log.endPosition(topic: place.events, lane: 0) } throws: { isClosed($0) }
        #expect { try log.subscribe(topic: place.events, after: LogPositions(lanes: [0])) { _ in } } throws: {
            isClosed($0)
        }
    }

    /// Within each lane the given numbers ascend, offsets count up from 0 in each partition, positions ascend.
    private func expectOrder(of log: any EventLog, topic: String, numbers: [Int]) throws {
        var found: [Int] = []
        for lane in 0..<log.lanes {
            let records = try log.all(topic, lane: lane, pages: 700)
            #expect(records.map(\.number) == records.map(\.number).sorted())
            #expect(records.allSatisfy { log.lane(of: $0.partition) == lane })
            #expect(zip(records, records.dropFirst()).allSatisfy { $0.position < $1.position })
            for (_, records) in Dictionary(grouping: records, by: \.partition) {
                #expect(records.map(\.offset) == Array(0..<Int64(records.count)))
            }
            #expect(try log.endPosition(topic: topic, lane: lane) == records.last?.position ?? .start)
            found += records.map(\.number)
        }
        #expect(found.sorted() == numbers)
    }
}
