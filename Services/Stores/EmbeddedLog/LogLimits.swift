internal import EventLog

/// What a record may be.
enum LogLimits {
    static let topicBytes = 255
    static let keyBytes = 4096
    static let idBytes = 1024
    static let valueBytes = 16 << 20

    /// - Throws: `invalidRecord` with the field at fault.
    static func check(_ record: NewRecord) throws(LogError) {
        try check("topic", record.topic.utf8.count, 1...topicBytes)
        try check("key", record.key.utf8.count, 1...keyBytes)
        if let id = record.id { try check("id", id.utf8.count, 1...idBytes) }
        try check("value", record.value.count, 0...valueBytes)
    }

    private static func check(_ name: String, _ count: Int, _ range: ClosedRange<Int>) throws(LogError) {
        guard !range.contains(count) else { return }
        throw LogError(
            .invalidRecord,
            "A record's \(name) has \(count) bytes; \(range.lowerBound) to \(range.upperBound) are allowed.")
    }
}
