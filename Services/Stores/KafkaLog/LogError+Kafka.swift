internal import CRdKafka
internal import EventLog

extension LogError {
    static let kafkaIsDown = LogError(.unavailable, "Kafka does not answer; it is tried again all the time.")
    static let kafkaIsClosed = LogError(.closed, "The log is closed.")

    /// Why a record was not taken.
    init(delivery code: rd_kafka_resp_err_t) {
        switch code {
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__TRANSPORT,
            RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR__STATE,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
            RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
            self.init(
                .unavailable, "Kafka did not acknowledge the record (\(code.text)): append it again, it may be stored.")
        case RD_KAFKA_RESP_ERR__NO_OFFSET:
            self.init(
                .unavailable, "Kafka gave the record no offset, but stored later ones: append it again, it may be lost."
            )
        case RD_KAFKA_RESP_ERR__DESTROY:
            self = .kafkaIsClosed
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
            self.init(.overloaded, "Too many records wait for Kafka: try again in a second.")
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG,
            RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_RECORD,
            RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
            self.init(.invalidRecord, "Kafka does not accept the record: \(code.text).")
        default:
            self.init(kafka: code, "append")
        }
    }

    /// Why something else failed; `action` completes "Kafka did not …".
    init(kafka code: rd_kafka_resp_err_t, _ action: String) {
        switch code {
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
            self.init(.unavailable, "Kafka did not \(action) in time (\(code.text)).")
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            self.init(
                .misconfigured,
                "Kafka did not \(action) (\(code.text)): was the topic deleted? A restart makes it again.")
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR__AUTHENTICATION:
            self.init(
                .misconfigured,
                "Kafka did not \(action) (\(code.text)): check the rights of its user and CASCADE_KAFKA_OPTIONS.")
        default:
            self.init(.inputOutput, "Kafka did not \(action): \(code.text).")
        }
    }
}

extension rd_kafka_resp_err_t {
    /// The library's words for it.
    var text: String { String(cString: rd_kafka_err2str(self)) }

    /// The library's name for it.
    var name: String { String(cString: rd_kafka_err2name(self)) }
}
