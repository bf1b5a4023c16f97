import CRdKafka
import EventLog
import KafkaLog
import TestSupport
import Testing

/// Records that are gone, and places that never were.
@Suite(.enabled(if: KafkaServer.isAvailable))
struct LossTests {
    @Test func goesOnWhereRetentionLeftOff() async throws {
        let place = KafkaPlace(try KafkaServer.shared().address)
        let log = try place.open()
        defer { log.close() }
        _ = try await log.append((0..<20).map { place.record($0, partition: 1) })
        try deleteRecords(of: place, partition: 1, before: 15)
        var positions = LogPositions()
        positions[1] = LogPosition(rawValue: 5)
        let numbers = Numbers()
        _ = try log.subscribe(topic: place.events, after: positions) { numbers.add($0) }
        #expect(numbers.all == Array(15..<20))
        #expect(place.metric("cascade_kafka_skipped_total") == 10)
        #expect(place.lines.text.contains("removed records before they were read"))
        #expect(
            try log.read(topic: place.events, lane: 1, after: positions[1], limit: 3).map(\.offset) == [15, 16, 17])
        // One that never read anything misses nothing.
        let fresh = Numbers()
        _ = try log.subscribe(topic: place.events, after: LogPositions(lanes: [1])) { fresh.add($0) }
        #expect(fresh.all == Array(15..<20))
        #expect(place.metric("cascade_kafka_skipped_total") == 20)
        #expect(try log.endPosition(topic: place.events, lane: 1) == LogPosition(rawValue: 20))
        try deleteRecords(of: place, partition: 1, before: 20)
        #expect(try log.endPosition(topic: place.events, lane: 1) == LogPosition(rawValue: 20))
        #expect(try log.read(topic: place.events, lane: 1, after: .start, limit: 3).isEmpty)
    }

    @Test func refusesAPlaceAfterTheEnd() async throws {
        let place = KafkaPlace(try KafkaServer.shared().address)
        let log = try place.open()
        defer { log.close() }
        _ = try await log.append([place.record(0, partition: 0)])
        var positions = LogPositions()
        positions[0] = LogPosition(rawValue: 2)
        let error = await KafkaPlace.error { _ = try log.subscribe(topic: place.events, after: positions) { _ in } }
        #expect(error?.code == .unknownPosition)
        positions[0] = LogPosition(rawValue: 1)
        _ = try log.subscribe(topic: place.events, after: positions) { _ in }
        #expect(
            await KafkaPlace.error { _ = try log.subscribe(topic: "other", after: positions) { _ in } }?.code
                == .misconfigured)
    }

    @Test func takesRecordsOfAnyTime() async throws {
        let place = KafkaPlace(try KafkaServer.shared().address)
        let log = try place.open()
        defer { log.close() }
        var records = (0..<3).map { place.record($0, partition: 0) }
        records[0].timestamp = 4_000_000_000_000
        records[1].timestamp = -5
        _ = try await log.append(records)
        let read = try log.read(topic: place.events, lane: 0, after: .start, limit: 3)
        // Kafka itself refuses what is more than an hour ahead.
        #expect(read.count == 3 && read[0].timestamp < 4_000_000_000_000)
        #expect(read.dropFirst().map(\.timestamp) == [1, 1_700_000_000_002])
    }

    /// As retention does, at once.
    private func deleteRecords(of place: KafkaPlace, partition: Int32, before offset: Int64) throws {
        let conf = rd_kafka_conf_new()
        rd_kafka_conf_set(conf, "bootstrap.servers", place.address, nil, 0)
        let client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0))
        defer { rd_kafka_destroy(client) }
        let offsets = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(offsets) }
        rd_kafka_topic_partition_list_add(offsets, place.events, partition).pointee.offset = offset
        var request = rd_kafka_DeleteRecords_new(offsets)
        defer { rd_kafka_DeleteRecords_destroy(request) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DeleteRecords(client, &request, 1, nil, queue)
        let event = try #require(rd_kafka_queue_poll(queue, 60_000))
        defer { rd_kafka_event_destroy(event) }
        try #require(rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR)
    }
}
