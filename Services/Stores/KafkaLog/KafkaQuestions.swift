internal import CRdKafka
internal import EventLog

/// Where lanes begin and end.
struct KafkaQuestions {
    let client: KafkaClient
    let timeout: Duration
    let health: KafkaHealth

    /// The first offset that is still there, and the one after the last. Two round trips.
    func bounds(topic: String, lane: Int) throws(LogError) -> Range<Int64> {
        try health.check()
        var low: Int64 = 0
        var high: Int64 = 0
        let error = rd_kafka_query_watermark_offsets(
            client.handle, topic, Int32(lane), &low, &high, Int32(timeout.wholeMilliseconds))
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw LogError(kafka: error, "tell where a topic ends") }
        return min(low, high)..<high
    }
}
