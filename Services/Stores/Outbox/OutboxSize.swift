internal import EventLog

/// Some records and their bytes.
struct OutboxSize: Equatable {
    var records = 0
    var bytes = 0

    static func += (left: inout OutboxSize, right: OutboxSize) {
        left.records += right.records
        left.bytes += right.bytes
    }

    static func -= (left: inout OutboxSize, right: OutboxSize) {
        left.records -= right.records
        left.bytes -= right.bytes
    }
}

extension OutboxSize {
    init(_ records: [NewRecord]) {
        self.init(records: records.count, bytes: records.reduce(0) { $0 + $1.outboxBytes })
    }
}

extension NewRecord {
    /// What the record counts of the outbox's bytes.
    var outboxBytes: Int { topic.utf8.count + key.utf8.count + (id?.utf8.count ?? 0) + value.count }
}
