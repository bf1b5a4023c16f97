import EventLog
import KafkaLog
import TestSupport
import Testing

/// A broker that goes and comes back.
@Suite(.enabled(if: KafkaServer.isAvailable), .timeLimit(.minutes(5)))
struct OutageTests {
    @Test func killedAndBack() async throws {
        let kafka = try KafkaServer()
        defer { kafka.stop() }
        let place = KafkaPlace(kafka.address)
        // Longer than the test may take: nothing here waits for it.
        let log = try place.open { $0.deliveryTimeout = .seconds(600) }
        defer { log.close() }
        let numbers = Numbers()
        _ = try log.subscribe(topic: place.events, after: LogPositions(lanes: 0..<2)) { numbers.add($0) }
        _ = try await log.append((0..<10).map { place.record($0) })
        await eventually { numbers.all.count == 10 }

        try kafka.kill()
        // An append that finds out waits no longer than it takes to be sure; those after it do not wait at all.
        let first = await KafkaPlace.error { _ = try await log.append([place.record(10)]) }
        #expect(first?.code == .unavailable && first?.isTransient == true)
        await eventually { place.metric("cascade_kafka_up") == 0 }
        for number in 11..<20 {
            let error = await KafkaPlace.error { _ = try await log.append([place.record(number)]) }
            #expect(error?.code == .unavailable)
        }
        #expect(place.metric("cascade_kafka_refused_total") >= 9)
        #expect(await KafkaPlace.error { _ = try await log.appendBulk([place.record(20)]) }?.code == .unavailable)
        #expect(await KafkaPlace.error { _ = try log.endPosition(topic: place.events, lane: 0) }?.code == .unavailable)
        #expect(place.metric("cascade_kafka_outages_total") >= 1)
        #expect(place.lines.text.contains("kafka does not answer"))

        try kafka.restart()
        await eventually { place.metric("cascade_kafka_up") == 1 }
        var number = 30
        for _ in 0..<20 {
            if await KafkaPlace.error({ _ = try await log.append([place.record(number)]) }) == nil { number += 1 }
        }
        #expect(number > 40)
        await eventually { numbers.all.filter { $0 >= 30 }.count == number - 30 }
        // What was refused never comes; the first may have been on its way.
        #expect(numbers.all.filter { (11..<30).contains($0) }.isEmpty)
        #expect(Set(0..<10).isSubset(of: numbers.all))
    }

    @Test func pausedAndBack() async throws {
        let kafka = try KafkaServer()
        defer { kafka.stop() }
        let place = KafkaPlace(kafka.address)
        let log = try place.open { $0.deliveryTimeout = .seconds(5) }
        let numbers = Numbers()
        _ = try log.subscribe(topic: place.events, after: LogPositions(lanes: 0..<2)) { numbers.add($0) }
        _ = try await log.append([place.record(0)])
        try kafka.pause()
        let first = await KafkaPlace.error { _ = try await log.append([place.record(1)]) }
        #expect(first?.code == .unavailable)
        await eventually { place.metric("cascade_kafka_up") == 0 }
        #expect(await KafkaPlace.error { _ = try await log.append([place.record(2)]) }?.code == .unavailable)
        #expect(place.metric("cascade_kafka_refused_total") == 1)
        try kafka.resume()
        await eventually { place.metric("cascade_kafka_up") == 1 }
        for _ in 0..<30 {
            if await KafkaPlace.error({ _ = try await log.append([place.record(3)]) }) == nil { break }
        }
        await eventually { numbers.all.contains(3) }
        #expect(!numbers.all.contains(2))
        // Closing does not wait for a broker that is not there.
        try kafka.kill()
        await eventually { place.metric("cascade_kafka_up") == 0 }
        log.close()
    }
}
