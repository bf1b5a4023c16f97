internal import CRdKafka
internal import EventLog

/// Records out of the library's messages.
enum KafkaRecord {
    static func position(_ message: rd_kafka_message_t) -> LogPosition {
        LogPosition(rawValue: UInt64(message.offset + 1))
    }

    /// A copy.
    static func record(_ message: LaneConsumer.Message, topic: String) -> LogRecord {
        let fields = message.pointee
        return LogRecord(
            topic: topic, position: position(fields), partition: Int(fields.partition), offset: fields.offset,
            keyBytes: UnsafeRawBufferPointer(start: fields.key, count: fields.key_len), id: nil,
            value: Array(UnsafeRawBufferPointer(start: fields.payload, count: fields.len)),
            timestamp: timestamp(message), headers: headers(message))
    }

    /// The record in place.
    static func view(_ message: LaneConsumer.Message) -> LogRecordView {
        let fields = message.pointee
        return LogRecordView(
            position: position(fields), partition: Int(fields.partition), offset: fields.offset,
            timestamp: timestamp(message), key: UnsafeRawBufferPointer(start: fields.key, count: fields.key_len),
            value: UnsafeRawBufferPointer(start: fields.payload, count: fields.len), headers: headers(message))
    }

    private static func timestamp(_ message: LaneConsumer.Message) -> Int64 {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        return max(0, rd_kafka_message_timestamp(message, &kind))
    }

    private static func headers(_ message: LaneConsumer.Message) -> [RecordHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [RecordHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name
        {
            headers.append(
                RecordHeader(String(cString: name), Array(UnsafeRawBufferPointer(start: value, count: size))))
        }
        return headers
    }
}
