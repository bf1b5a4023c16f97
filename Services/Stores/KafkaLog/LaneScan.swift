internal import CRdKafka
internal import EventLog
internal import Metrics

/// Reads a lane from a place to the end that it has now.
struct LaneScan {
    let topic: String
    let lane: Int
    let watch: KafkaWatch
    let patience: Duration

    /// Visits messages. - Parameter visit: returns whether to go on.
    /// - Returns: the position of the last one visited, or `position`.
    func run(
        _ client: KafkaClient, after position: LogPosition, within bounds: Range<Int64>,
        _ visit: (LaneConsumer.Message) throws -> Bool
    ) throws -> LogPosition {
        var next = Int64(clamping: position.rawValue)
        if position != .start, next < bounds.lowerBound {
            watch.gap(topic: topic, lane: lane, records: bounds.lowerBound - next)
        }
        next = max(next, bounds.lowerBound)
        guard next < bounds.upperBound else { return position }
        let consumer = LaneConsumer(client, topic: topic)
        try consumer.start(lane, at: next)
        var last = position
        var heard = ContinuousClock.now
        var isGoingOn = true
        while isGoingOn {
            let isHeard: Void? = try consumer.next(milliseconds: 100) { messages in
                for case let message? in messages {
                    switch message.pointee.err {
                    case RD_KAFKA_RESP_ERR_NO_ERROR:
                        watch.metrics.consumed.add()
                        last = KafkaRecord.position(message.pointee)
                        isGoingOn = try visit(message) && message.pointee.offset + 1 < bounds.upperBound
                    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                        isGoingOn = message.pointee.offset < bounds.upperBound
                    case let error:
                        try recover(error, consumer, &next)
                    }
                    if !isGoingOn { return }
                }
            }
            if isHeard != nil {
                heard = .now
            } else {
                try watch.health.check()
                if ContinuousClock.now - heard > patience {
                    throw LogError(.unavailable, "Kafka did not give the next records in time: try again.")
                }
            }
        }
        return last
    }

    private func recover(_ error: rd_kafka_resp_err_t, _ consumer: LaneConsumer, _ next: inout Int64) throws(LogError) {
        switch error {
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            watch.unexpected("kafka's retention removed records while they were read", error)
            consumer.stop(lane)
            try consumer.start(lane, at: Int64(RD_KAFKA_OFFSET_BEGINNING))
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            throw LogError(kafka: error, "give records")
        default:
            watch.unexpected("kafka did not give records", error)
        }
    }
}
