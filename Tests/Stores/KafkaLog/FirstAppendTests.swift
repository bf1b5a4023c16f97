import EventLog
import KafkaLog
import Synchronization
import TestSupport
import Testing

/// The first appends to a partition, with a real broker behind a proxy that chooses the moment.
@Suite(.enabled(if: KafkaServer.isAvailable), .timeLimit(.minutes(5)))
struct FirstAppendTests {
    /// The first of three requests in flight comes to a broker that does not have the topic and is refused, the second
    /// when it does: Kafka takes any first sequence number of a producer that it knows nothing of. The client library
    /// then counts the refused record as delivered and never sends it.
    @Test func whatKafkaNeverStoredIsNotAcknowledged() async throws {
        let kafka = try KafkaServer.shared()
        let place = KafkaPlace(kafka.address)
        let isArmed = Atomic(false)
        let refusals = Atomic(0)
        let proxy = try BrokerProxy(kafka.address) { request, connection in
            guard request.isOf(.produce), isArmed.exchange(false, ordering: .acquiringAndReleasing) else {
                return false
            }
            _ = try kafka.tool("topics", "--delete", "--topic", place.events)
            // What is stored until it is gone goes with it.
            var refusal = try connection.ask(request)
            while refusal.error(of: .produce) == 0 { refusal = try connection.ask(request) }
            refusals.add(1, ordering: .relaxed)
            let second = try connection.receive()
            let maker = try place.open()
            defer { maker.close() }
            _ = try maker.endPosition(topic: place.events, lane: 1)
            let stored = try connection.ask(second)
            try connection.answer(refusal)
            try connection.answer(stored)
            return true
        }
        let log = try place.open {
            $0.brokers = proxy.address
            // A record is a request.
            $0.options["batch.num.messages"] = "1"
        }
        defer { log.close() }
        isArmed.store(true, ordering: .releasing)
        let records = (0..<3).map { place.record($0, partition: 1) }
        let error = await KafkaPlace.error { _ = try await log.append(records) }
        #expect(refusals.load(ordering: .relaxed) == 1)
        #expect(error?.code == .unavailable && error?.isTransient == true)
        // The log may take a busy machine's broker for one that is away, for a moment.
        await eventually {
            let stored = try? log.read(topic: place.events, lane: 1, after: .start, limit: 10)
            return stored?.map(\.key) == ["user-1", "user-2"]
        }
        // Whoever appends them again has them all.
        var outcomes: [AppendOutcome]?
        await eventually {
            outcomes = try? await log.append(records)
            return outcomes != nil
        }
        #expect(outcomes == (2..<5).map { .appended(partition: 1, offset: $0) })
    }

    /// A leader may be named before it knows of its partition, and refuses what comes then.
    @Test func aNewTopicIsUsedOnceItsLeadersAnswer() throws {
        let kafka = try KafkaServer.shared()
        let place = KafkaPlace(kafka.address)
        let refusals = Atomic(0)
        let answers = Atomic(0)
        let notLeader: Int16 = 6
        let proxy = try BrokerProxy(kafka.address) { request, connection in
            guard request.isOf(.listOffsets) else { return false }
            var answer = try connection.ask(request)
            if refusals.load(ordering: .relaxed) < 3 { answer.setError(of: .listOffsets, to: notLeader) }
            let isRefused = answer.error(of: .listOffsets) != 0
            if isRefused { refusals.add(1, ordering: .relaxed) } else { answers.add(1, ordering: .relaxed) }
            try connection.answer(answer)
            return true
        }
        let log = try place.open { $0.brokers = proxy.address }
        defer { log.close() }
        #expect(refusals.load(ordering: .relaxed) >= 3)
        // One of each topic.
        #expect(answers.load(ordering: .relaxed) >= 2)
    }
}
