/// A record looked at in place, without copies: what a replay of millions of records uses.
///
/// The buffers belong to the log and are valid only until the visitor returns.
package struct LogRecordView: ~Copyable {
    package let position: LogPosition
    package let partition: Int
    package let offset: Int64
    /// Milliseconds since the epoch.
    package let timestamp: Int64
    /// UTF-8.
    package let key: UnsafeRawBufferPointer
    package let value: UnsafeRawBufferPointer
    package let headers: [RecordHeader]

    package init(
        position: LogPosition, partition: Int, offset: Int64, timestamp: Int64, key: UnsafeRawBufferPointer,
        value: UnsafeRawBufferPointer, headers: [RecordHeader] = []
    ) {
        self.position = position
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}
