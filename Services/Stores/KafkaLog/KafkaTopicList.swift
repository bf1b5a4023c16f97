internal import CRdKafka
internal import EventLog

/// What the cluster says of a topic, or of all that the connection knows.
struct KafkaTopicList {
    struct Topic {
        let name: String
        let error: rd_kafka_resp_err_t
        let partitions: Int
        /// Whether each partition has a leader.
        let isReady: Bool
    }

    let topics: [Topic]

    /// Asks; nil when there is no answer in time.
    init?(_ client: KafkaClient, topic: String?, within time: Duration) {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let handle = topic.map { client.topic($0) }
        guard
            rd_kafka_metadata(client.handle, 0, handle, &answer, Int32(time.wholeMilliseconds))
                == RD_KAFKA_RESP_ERR_NO_ERROR, let answer
        else { return nil }
        defer { rd_kafka_metadata_destroy(answer) }
        topics = UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt)).map { topic in
            let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
            return Topic(
                name: String(cString: topic.topic), error: topic.err, partitions: partitions.count,
                isReady: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR && !partitions.isEmpty
                    && partitions.allSatisfy { $0.leader >= 0 })
        }
    }
}
