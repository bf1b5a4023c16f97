internal import EventLog
internal import SQLite

/// A topic as the writer knows it, with what the open transaction has added.
final class LogTopicWriter {
    let name: String
    let number: Int64
    let insert: SQLiteStatement
    /// The next offset of each partition.
    var nextOffsets: [Int64]
    /// Those that the open transaction has changed.
    var isDirty: [Bool]
    /// The last position, with the open transaction.
    var end: LogPosition

    init(name: String, number: Int64, insert: SQLiteStatement, nextOffsets: [Int64], end: LogPosition) {
        self.name = name
        self.number = number
        self.insert = insert
        self.nextOffsets = nextOffsets
        self.isDirty = [Bool](repeating: false, count: nextOffsets.count)
        self.end = end
    }
}
