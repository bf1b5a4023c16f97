internal import CRdKafka
internal import EventLog

/// Where lanes begin and end.
struct KafkaQuestions {
    let client: KafkaClient
    let timeout: Duration
    let health: KafkaHealth

    /// The first offset that is still there, and the one after the last. Two round trips.
    func bounds(topic: String, lane: Int) throws(LogError) -> Range<Int64> {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while true {
            try health.check()
            var low: Int64 = 0
            var high: Int64 = 0
            let left = max(.milliseconds(1), deadline - clock.now)
            let error = rd_kafka_query_watermark_offsets(
                client.handle, topic, Int32(lane), &low, &high, Int32(left.wholeMilliseconds))
            if error == RD_KAFKA_RESP_ERR_NO_ERROR { return min(low, high)..<high }
            let failure = LogError(kafka: error, "tell where a topic ends")
            // A topic that was just made, or whose leader changes, has an answer in a moment.
            guard failure.code == .unavailable, clock.now < deadline, !health.isEnded(within: .milliseconds(20)) else {
                throw failure
            }
        }
    }
}
