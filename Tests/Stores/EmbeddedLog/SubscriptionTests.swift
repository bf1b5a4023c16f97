import EmbeddedLog
import EventLog
import Testing

struct SubscriptionTests {
    private let fixture: LogFixture

    init() throws {
        fixture = try LogFixture()
    }

    @Test func consumersHaveARecordBeforeItsAppendReturns() async throws {
        let log = try fixture.open()
        let collected = Collected()
        let subscription = try log.subscribe(topic: LogFixture.topic, after: .start) { collected.add($0) }
        for number in 0..<20 {
            _ = try await log.append([LogFixture.record(number), LogFixture.record(number, topic: "other")])
            #expect(collected.records.count == number + 1)
        }
        #expect(collected.records == (try log.all()))
        _ = try await log.append([LogFixture.record(3)])
        #expect(collected.records.count == 20)
        subscription.cancel()
        _ = try await log.append([LogFixture.record(100)])
        #expect(collected.records.count == 20)
    }

    @Test func catchesUpThenGoesLiveWithoutGapOrDouble() async throws {
        let log = try fixture.open()
        _ = try await log.appendBulk(LogFixture.records(0..<5000))
        let place = try log.read(topic: LogFixture.topic, after: .start, limit: 10)[9].position
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for start in stride(from: 5000, to: 6500, by: 50) {
                    _ = try await log.append(LogFixture.records(start..<start + 50))
                }
            }
            var collections: [Collected] = []
            for _ in 0..<6 {
                let collected = Collected()
                collections.append(collected)
                _ = try log.subscribe(topic: LogFixture.topic, after: place) { collected.add($0) }
                #expect(collected.records.count >= 4990)
            }
            try await group.waitForAll()
            let expected = try log.all().dropFirst(10)
            for collected in collections { #expect(collected.records == Array(expected)) }
        }
    }

    @Test func waitsForTopicsToCome() async throws {
        let log = try fixture.open()
        let collected = Collected()
        _ = try log.subscribe(topic: "later", after: .start) { collected.add($0) }
        _ = try await log.append([LogFixture.record(1)])
        #expect(collected.records.isEmpty)
        _ = try await log.append([LogFixture.record(1, topic: "later")])
        #expect(collected.records.map(\.topic) == ["later"])
    }
}
