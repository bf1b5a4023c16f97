/// What a record may be.
package struct LogLimits: Sendable {
    /// Bytes of a topic's name.
    package static let topicBytes = 255
    package static let keyBytes = 4096
    package static let idBytes = 1024
    /// Bytes of all headers' names and values, with 8 a header.
    package static let headersBytes = 65_536

    /// The number of partitions of a topic.
    package let partitions: Int
    package let valueBytes: Int

    package init(partitions: Int, valueBytes: Int) {
        self.partitions = partitions
        self.valueBytes = valueBytes
    }

    /// - Throws: `invalidRecord` with the field at fault.
    package func check(_ record: NewRecord) throws(LogError) {
        try Self.check("topic", record.topic.utf8.count, 1...Self.topicBytes)
        try Self.check("key", record.keyCount, (record.partition == nil ? 1 : 0)...Self.keyBytes)
        if let id = record.id { try Self.check("id", id.utf8.count, 1...Self.idBytes) }
        try Self.check("value", record.value.count, 0...valueBytes)
        if !record.headers.isEmpty { try Self.check("headers", record.headers.storedSize, 0...Self.headersBytes) }
        if let partition = record.partition, !(0..<partitions).contains(partition) {
            throw LogError(
                .invalidRecord, "A record's partition is \(partition); the log has 0 to \(partitions - 1).")
        }
    }

    /// What a record takes of a queue's room, in bytes.
    package static func size(of record: NewRecord) -> Int {
        record.keyCount + (record.id?.utf8.count ?? 0) + record.value.count + record.headers.storedSize
    }

    private static func check(_ name: String, _ count: Int, _ range: ClosedRange<Int>) throws(LogError) {
        guard !range.contains(count) else { return }
        throw LogError(
            .invalidRecord,
            "A record's \(name) has \(count) bytes; \(range.lowerBound) to \(range.upperBound) are allowed.")
    }
}
