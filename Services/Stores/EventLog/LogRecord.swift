/// A record as the log holds it.
package struct LogRecord: Sendable, Equatable {
    package let topic: String
    /// Where a consumer that has applied this record goes on.
    package let position: LogPosition
    /// `0 ..< partitions`.
    package let partition: Int
    /// Dense from 0 within topic and partition.
    package let offset: Int64
    package let key: String
    /// The idempotence key; for events their `event_id`.
    package let id: String?
    package let value: [UInt8]
    /// Milliseconds since the epoch.
    package let timestamp: Int64
    package let headers: [RecordHeader]

    package init(
        topic: String, position: LogPosition, partition: Int, offset: Int64, key: String, id: String?, value: [UInt8],
        timestamp: Int64, headers: [RecordHeader] = []
    ) {
        self.topic = topic
        self.position = position
        self.partition = partition
        self.offset = offset
        self.key = key
        self.id = id
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
    }
}
