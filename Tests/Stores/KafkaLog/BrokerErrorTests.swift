import CRdKafka
import EventLog
import KafkaLog
import TestSupport
import Testing

/// Errors that a healthy broker does not give, from the client library's own mock of one.
@Suite(.timeLimit(.minutes(5)))
struct BrokerErrorTests {
    private let broker: MockBroker
    private let place: KafkaPlace

    init() throws {
        broker = try MockBroker()
        place = KafkaPlace(broker.address)
        broker.makeTopics([place.events, place.rows], partitions: 2)
    }

    /// The mock never tells how it keeps topics, and the log waits for that as long as for a connection.
    private func open(_ change: (inout KafkaLogConfiguration) -> Void = { _ in }) throws(LogError) -> KafkaLog {
        try place.open {
            $0.connectTimeout = .seconds(3)
            change(&$0)
        }
    }

    @Test func passingErrorsAreTriedAgain() async throws {
        let log = try open()
        defer { log.close() }
        broker.failProduce([RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE])
        // One alone: the mock stores a second request that is on its way already, and a broker that knows the producer
        // refuses it.
        #expect(try await log.append([place.record(0, partition: 1)]) == [.appended(partition: 1, offset: 0)])
        let outcomes = try await log.append((1..<5).map { place.record($0, partition: 1) })
        #expect(outcomes == (1..<5).map { .appended(partition: 1, offset: $0) })
    }

    @Test(arguments: [
        (RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, LogError.Code.invalidRecord),
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .misconfigured),
    ])
    func lastingErrorsAreTold(code: rd_kafka_resp_err_t, expected: LogError.Code) async throws {
        let log = try open()
        defer { log.close() }
        broker.failProduce([code])
        let error = await KafkaPlace.error { _ = try await log.append([place.record(0, partition: 0)]) }
        #expect(error?.code == expected)
        #expect(place.metric("cascade_kafka_failed_total") == 1)
        // The client may hold on to what it heard of a topic until it asks again.
        for _ in 0..<1000 {
            if await KafkaPlace.error({ _ = try await log.append([place.record(1, partition: 0)]) }) == nil { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(place.metric("cascade_kafka_produced_total") == 1)
    }

    /// The first request of a partition is refused and the next, already sent, is stored: a broker that knows nothing of
    /// the producer takes any first sequence number. The library then counts the refused record as delivered, unsent.
    @Test func whatWasNeverStoredIsNotAcknowledged() async throws {
        let log = try open { $0.options["batch.num.messages"] = "1" }
        defer { log.close() }
        _ = try await log.append([place.record(0, partition: 0)])
        broker.slowDown(milliseconds: 500)
        broker.failProduce([RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION])
        let records = (1..<4).map { place.record($0, partition: 1) }
        let error = await KafkaPlace.error { _ = try await log.append(records) }
        broker.slowDown(milliseconds: 0)
        #expect(error?.code == .unavailable && error?.isTransient == true)
        #expect(place.metric("cascade_kafka_produced_total") == 3)
        #expect(place.metric("cascade_kafka_failed_total") == 1)
        // The log may take so slow a broker for one that is away, for a moment.
        await eventually {
            let stored = try? log.read(topic: place.events, lane: 1, after: .start, limit: 10)
            return stored?.map(\.key) == ["user-2", "user-3"]
        }
        // Whoever appends them again has them all.
        var outcomes: [AppendOutcome]?
        await eventually {
            outcomes = try? await log.append(records)
            return outcomes != nil
        }
        #expect(outcomes == (2..<5).map { .appended(partition: 1, offset: $0) })
    }

    @Test func aConnectionThatCannotGoOnIsReplaced() async throws {
        let log = try open()
        defer { log.close() }
        _ = try await log.append([place.record(0, partition: 0)])
        broker.failProduce([RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER])
        _ = await KafkaPlace.error { _ = try await log.append([place.record(1, partition: 0)]) }
        var failures = 0
        while await KafkaPlace.error({ _ = try await log.append([place.record(2, partition: 0)]) }) != nil {
            failures += 1
            guard failures < 10_000 else {
                Issue.record("no append succeeds any more")
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try log.endPosition(topic: place.events, lane: 0) > .start)
    }

    @Test func moreThanTheQueueHoldsIsRefused() async throws {
        let log = try open { $0.maximumQueuedRecords = 10 }
        defer { log.close() }
        broker.slowDown(milliseconds: 1000)
        try await withThrowingTaskGroup(of: LogError?.self) { group in
            for task in 0..<20 {
                group.addTask { [place] in
                    await KafkaPlace.error { _ = try await log.append((0..<3).map { place.record(task * 3 + $0) }) }
                }
            }
            var refused = 0
            for try await error in group where error != nil {
                #expect(error?.code == .overloaded && error?.isTransient == true)
                refused += 1
            }
            #expect((1..<20).contains(refused))
        }
        // One call alone may be larger than the queue, and a bulk append waits for room.
        _ = try await log.append((0..<15).map { place.record($0) })
        #expect(try await log.appendBulk((0..<50).map { place.record($0) }).count == 50)
    }

    @Test func recordsLargerThanAllowedAreRefused() async throws {
        let log = try open { $0.maximumRecordBytes = 1000 }
        defer { log.close() }
        let error = await KafkaPlace.error { _ = try await log.append([place.record(0, bytes: 1000)]) }
        #expect(error?.code == .invalidRecord)
        #expect(error?.message.contains("1000") == true)
        _ = try await log.append([place.record(0, bytes: 900)])
    }
}
