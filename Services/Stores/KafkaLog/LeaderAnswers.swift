internal import CRdKafka
internal import EventLog

/// Whether the leaders of a topic's partitions answer for them.
///
/// A list of topics may name a leader before that broker has the partition. What is appended then is refused at first, and
/// what comes after it may be stored before it.
struct LeaderAnswers {
    let areComplete: Bool

    /// Asks each leader where its partitions end; one round trip.
    init(_ client: KafkaClient, topic: String, partitions: Int, within time: Duration) {
        let ends = rd_kafka_topic_partition_list_new(Int32(partitions))
        defer { rd_kafka_topic_partition_list_destroy(ends) }
        for partition in 0..<Int32(partitions) {
            rd_kafka_topic_partition_list_add(ends, topic, partition).pointee.offset = Int64(RD_KAFKA_OFFSET_END)
        }
        let error = rd_kafka_offsets_for_times(client.handle, ends, Int32(time.wholeMilliseconds))
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, let ends else {
            areComplete = false
            return
        }
        let answers = UnsafeBufferPointer(start: ends.pointee.elems, count: Int(ends.pointee.cnt))
        areComplete = answers.allSatisfy { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR }
    }
}
