/// A record that is to be appended.
package struct NewRecord: Sendable, Equatable {
    package var topic: String
    /// Decides the partition, see ``Murmur2``. Empty only with an explicit partition, for the copy of a record that has none.
    package var key: String
    /// What makes the record unique within its topic: a second record with the same id has no effect. Without one the
    /// record is always appended.
    package var id: String?
    /// The payload, for every topic of ours JSON text; empty means that the key is deleted.
    package var value: [UInt8]
    /// Milliseconds since the epoch.
    package var timestamp: Int64
    package var headers: [RecordHeader]
    /// Where the record goes whatever its key is; nil is the key's own partition.
    package var partition: Int?

    package init(
        topic: String, key: String, id: String? = nil, value: [UInt8], timestamp: Int64, headers: [RecordHeader] = [],
        partition: Int? = nil
    ) {
        self.topic = topic
        self.key = key
        self.id = id
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
        self.partition = partition
    }
}
