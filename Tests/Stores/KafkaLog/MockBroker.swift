import CRdKafka
import Testing

/// The client library's mock of a broker: in this process, and it fails as it is told.
final class MockBroker: @unchecked Sendable {
    let address: String
    private let client: OpaquePointer
    private let cluster: OpaquePointer
    private static let produce: Int16 = 0

    init() throws {
        let conf = rd_kafka_conf_new()
        rd_kafka_conf_set(conf, "log_level", "3", nil, 0)
        client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0))
        cluster = try #require(rd_kafka_mock_cluster_new(client, 1))
        address = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    func makeTopics(_ names: [String], partitions: Int32) {
        for name in names { rd_kafka_mock_topic_create(cluster, name, partitions, 1) }
    }

    /// The next requests to append fail, one after the other.
    func failProduce(_ errors: [rd_kafka_resp_err_t]) {
        rd_kafka_mock_push_request_errors_array(cluster, Self.produce, errors.count, errors)
    }

    /// Every answer takes a time.
    func slowDown(milliseconds: Int32) {
        rd_kafka_mock_broker_set_rtt(cluster, 1, milliseconds)
    }
}
