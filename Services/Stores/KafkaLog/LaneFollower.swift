internal import CRdKafka
internal import EventLog
internal import Glibc
internal import Metrics
internal import Threads

/// A subscription: a thread and a connection of its own.
final class LaneFollower: Sendable {
    private struct State {
        var isCancelled = false
        /// How catching up ended.
        var caughtUp: Result<Void, LogError>?
        var thread: pthread_t?
        var isEnded = false
    }

    private let state = Monitor(State())
    private let topic: String
    private let watch: KafkaWatch
    private let deliver: @Sendable ([LogRecord]) -> Void
    private let patience: Duration

    init(
        topic: String, watch: KafkaWatch, patience: Duration, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) {
        self.topic = topic
        self.watch = watch
        self.patience = patience
        self.deliver = deliver
    }

    /// No delivery begins after this returns.
    func cancel() { state.update { $0.isCancelled = true } }

    /// Waits until everything that was there is delivered.
    func waitUntilCaughtUp() throws(LogError) { try state.wait { $0.caughtUp }.get() }

    /// Waits until its thread and connection have ended, unless it is called by that thread.
    func waitUntilEnded() {
        state.wait { state in
            if let thread = state.thread, pthread_equal(thread, pthread_self()) != 0 { return () }
            return state.isEnded ? () : nil
        }
    }

    var isEnded: Bool { state.update { $0.isEnded } }

    /// Starts its thread, which follows lanes from offsets on.
    func start(
        _ configuration: KafkaLogConfiguration, from starts: [Int: Int64], to ends: [Int: Int64]
    ) throws(LogError) {
        do {
            try WorkThread { [self] in
                state.update { $0.thread = pthread_self() }
                do {
                    try run(KafkaClient(.following, configuration, watch), from: starts, to: ends)
                } catch {
                    finishCatchUp(.failure(error as? LogError ?? LogError(.inputOutput, "\(error)")))
                }
                // The connection is gone.
                state.update { $0.isEnded = true }
            }.detach()
        } catch {
            throw LogError(.inputOutput, error.description)
        }
    }

    /// Follows lanes from offsets on until it is cancelled; it has caught up when it has reached `ends`.
    private func run(_ client: KafkaClient, from starts: [Int: Int64], to ends: [Int: Int64]) throws {
        let consumer = LaneConsumer(client, topic: topic)
        for (lane, start) in starts { try consumer.start(lane, at: start) }
        var missing = ends.filter { lane, end in starts[lane, default: 0] < end }
        if missing.isEmpty { finishCatchUp(.success(())) }
        var heard = ContinuousClock.now
        while !state.update({ $0.isCancelled }) {
            client.poll(milliseconds: 0)
            let isHeard: Void? = try consumer.next(milliseconds: 50) { messages in
                try take(messages, consumer, &missing)
            }
            if isHeard != nil { heard = .now }
            guard !missing.isEmpty, isHeard == nil else { continue }
            try watch.health.check()
            if ContinuousClock.now - heard > patience {
                throw LogError(.unavailable, "Kafka did not give the records of \(topic) in time: try again.")
            }
        }
        finishCatchUp(.failure(.kafkaIsClosed))
    }

    private func finishCatchUp(_ result: Result<Void, LogError>) {
        state.update { if $0.caughtUp == nil { $0.caughtUp = result } }
    }

    private func take(
        _ messages: UnsafeBufferPointer<LaneConsumer.Message?>, _ consumer: LaneConsumer, _ missing: inout [Int: Int64]
    ) throws(LogError) {
        var records: [Int: [LogRecord]] = [:]
        var reached: [Int: Int64] = [:]
        for case let message? in messages {
            let lane = Int(message.pointee.partition)
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                records[lane, default: []].append(KafkaRecord.record(message, topic: topic))
                reached[lane] = message.pointee.offset + 1
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                reached[lane] = message.pointee.offset
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
                watch.unexpected("kafka's retention removed records while they were read", message.pointee.err)
                consumer.stop(lane)
                try consumer.start(lane, at: Int64(RD_KAFKA_OFFSET_BEGINNING))
            case let error:
                watch.unexpected("kafka did not give records", error)
            }
        }
        for (_, records) in records {
            guard !state.update({ $0.isCancelled }) else { return }
            watch.metrics.consumed.add(UInt64(records.count))
            deliver(records)
        }
        guard !missing.isEmpty else { return }
        for (lane, offset) in reached where offset >= missing[lane, default: .max] { missing[lane] = nil }
        if missing.isEmpty { finishCatchUp(.success(())) }
    }
}
