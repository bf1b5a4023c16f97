import EventLog
import TestSupport
import Testing

/// Subscriptions of every log.
struct SubscriptionConformanceTests {
    @Test(arguments: LogKind.available)
    func catchesUpThenGoesLiveWithoutGapOrDouble(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        _ = try await log.appendBulk(place.records(0..<2000))
        var start = LogPositions(lanes: 0..<log.lanes)
        for lane in 0..<log.lanes where lane % 2 == 0 {
            start[lane] = try log.read(topic: place.events, lane: lane, after: .start, limit: 10)[9].position
        }
        let deliveries = (0..<3).map { _ in Deliveries() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for start in stride(from: 2000, to: 2600, by: 20) {
                    _ = try await log.append(place.records(start..<start + 20))
                }
            }
            for delivery in deliveries {
                let caught = try log.endPositions(topic: place.events)
                _ = try log.subscribe(topic: place.events, after: start) { delivery.add($0, of: log) }
                for lane in 0..<log.lanes {
                    #expect(delivery.records(lane: lane, of: log).last?.position ?? .start >= caught[lane])
                }
            }
            try await group.waitForAll()
        }
        for lane in 0..<log.lanes {
            let expected = try log.all(place.events, lane: lane, pages: 1000).filter { $0.position > start[lane] }
            for delivery in deliveries {
                await eventually { delivery.records(lane: lane, of: log).count >= expected.count }
                #expect(delivery.records(lane: lane, of: log) == expected)
            }
        }
        #expect(deliveries.allSatisfy { $0.faults.isEmpty })
    }

    @Test(arguments: LogKind.available)
    func deliversOnlyTheLanesAskedFor(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        let lane = log.lanes - 1
        let deliveries = Deliveries()
        _ = try await log.append(place.records(0..<40))
        let subscription = try log.subscribe(topic: place.events, after: LogPositions(lanes: [lane])) {
            deliveries.add($0, of: log)
        }
        var other = place.record(0)
        other.topic = place.rows
        _ = try await log.append(place.records(40..<80) + [other])
        let expected = try log.all(place.events, lane: lane)
        await eventually { deliveries.records.count >= expected.count }
        #expect(deliveries.records == expected)
        subscription.cancel()
        _ = try await log.append(place.records(80..<120))
        // A subscription that begins later has everything, so that the cancelled one would have too.
        let later = Deliveries()
        _ = try log.subscribe(topic: place.events, after: LogPositions(lanes: [lane])) { later.add($0, of: log) }
        #expect(later.records.count > expected.count)
        #expect(deliveries.records == expected)
    }

    @Test(arguments: LogKind.available)
    func anEmptyTopicIsCaughtUpAtOnce(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        let log = try place.open()
        defer { log.close() }
        let deliveries = Deliveries()
        _ = try log.subscribe(topic: place.rows, after: LogPositions(lanes: 0..<log.lanes)) {
            deliveries.add($0, of: log)
        }
        #expect(deliveries.records.isEmpty)
        var row = place.record(5)
        row.topic = place.rows
        row.headers = [RecordHeader("from", "here")]
        _ = try await log.append([row])
        await eventually { !deliveries.records.isEmpty }
        #expect(deliveries.records == (try log.all(place.rows)))
        #expect(deliveries.records.first?.headers == row.headers)
    }

    @Test(arguments: LogKind.available)
    func nothingIsDeliveredAfterTheEnd(kind: LogKind) async throws {
        let place = try LogUnderTest(kind)
        var log = try place.open()
        let deliveries = Deliveries()
        let first = log
        _ = try log.subscribe(topic: place.events, after: LogPositions(lanes: 0..<log.lanes)) {
            deliveries.add($0, of: first)
        }
        _ = try await log.append([place.record(0)])
        await eventually { deliveries.records.count == 1 }
        log.close()
        log = try place.open()
        defer { log.close() }
        _ = try await log.append([place.record(1)])
        #expect(try log.all(place.events).count == 2)
        #expect(deliveries.records.count == 1)
    }
}
