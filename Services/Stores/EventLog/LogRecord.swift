/// A record as the log holds it.
package struct LogRecord: Sendable, Equatable {
    package let topic: String
    /// Where a consumer that has applied this record goes on.
    package let position: LogPosition
    /// `0 ..< partitions`.
    package let partition: Int
    /// Dense from 0 within topic and partition.
    package let offset: Int64
    /// The key's text; where its bytes are not UTF-8, see ``keyBytes``, with replacement characters. Empty where there is
    /// none.
    package let key: String
    /// The idempotence key; for events their `event_id`.
    package let id: String?
    /// Empty for a tombstone.
    package let value: [UInt8]
    /// Milliseconds since the epoch.
    package let timestamp: Int64
    package let headers: [RecordHeader]
    /// Only for a key that its text does not stand for.
    private let rawKey: [UInt8]?

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
        self.rawKey = nil
    }

    /// What a new record became.
    package init(_ record: NewRecord, position: LogPosition, partition: Int, offset: Int64) {
        topic = record.topic
        self.position = position
        self.partition = partition
        self.offset = offset
        key = record.key
        rawKey = record.isKeyText ? nil : record.keyBytes
        id = record.id
        value = record.value
        timestamp = record.timestamp
        headers = record.headers
    }

    /// A record with a key of any bytes.
    package init(
        topic: String, position: LogPosition, partition: Int, offset: Int64, keyBytes: UnsafeRawBufferPointer,
        id: String?, value: [UInt8], timestamp: Int64, headers: [RecordHeader]
    ) {
        self.topic = topic
        self.position = position
        self.partition = partition
        self.offset = offset
        (key, rawKey) = RecordKey.read(keyBytes)
        self.id = id
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
    }

    /// The key as it came.
    package var keyBytes: [UInt8] { rawKey ?? Array(key.utf8) }
}
