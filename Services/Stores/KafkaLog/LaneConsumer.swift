internal import CRdKafka
internal import EventLog

/// A connection that reads lanes of one topic.
// Used by one thread at a time.
final class LaneConsumer {
    typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

    let client: KafkaClient
    private let topic: OpaquePointer
    private let queue: OpaquePointer
    private var lanes: Set<Int32> = []
    private let messages = UnsafeMutablePointer<Message?>.allocate(capacity: LaneConsumer.batch)
    static let batch = 4096

    init(_ client: KafkaClient, topic: String) {
        self.client = client
        self.topic = client.topic(topic)
        queue = rd_kafka_queue_new(client.handle)
    }

    deinit {
        for lane in lanes { rd_kafka_consume_stop(topic, lane) }
        rd_kafka_queue_destroy(queue)
        messages.deallocate()
    }

    /// Begins to read a lane at an offset.
    func start(_ lane: Int, at offset: Int64) throws(LogError) {
        guard rd_kafka_consume_start_queue(topic, Int32(lane), offset, queue) == 0 else {
            throw LogError(kafka: rd_kafka_last_error(), "begin to read")
        }
        lanes.insert(Int32(lane))
    }

    /// Ends reading a lane.
    func stop(_ lane: Int) {
        rd_kafka_consume_stop(topic, Int32(lane))
        lanes.remove(Int32(lane))
    }

    /// Looks at what has come, in order within a lane; waits for something. A message is a record, the end of a lane or an
    /// error, and good until `body` returns.
    /// - Returns: what `body` returns; nil when nothing came in time.
    func next<Result>(
        milliseconds: Int32, _ body: (UnsafeBufferPointer<Message?>) throws -> Result
    ) rethrows -> Result? {
        guard let first = rd_kafka_consume_queue(queue, milliseconds) else { return nil }
        messages[0] = first
        // Asked for several at once, the library waits until it has as many.
        let more = rd_kafka_consume_batch_queue(queue, 0, messages + 1, Self.batch - 1)
        let count = 1 + max(0, more)
        defer {
            for index in 0..<count { rd_kafka_message_destroy(messages[index]) }
        }
        return try body(UnsafeBufferPointer(start: messages, count: count))
    }
}
