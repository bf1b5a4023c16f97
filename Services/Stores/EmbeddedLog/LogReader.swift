internal import EventLog
internal import SQLite

/// A connection that reads; sees what is committed.
///
/// Long walks are cut into chunks, each a read transaction of its own: one that stays open keeps the write-ahead log
/// from being reused.
// One thread at a time uses a reader: the one that took it from the pool, or the writer.
final class LogReader: @unchecked Sendable {
    private let database: SQLiteDatabase
    private var selections: [Int64: SQLiteStatement] = [:]
    private static let chunk = 65_536

    /// A connection of its own.
    init(path: String) throws(SQLiteError) {
        var options = SQLiteOptions()
        options.access = .readOnly
        options.mappedBytes = 1 << 40
        database = try SQLiteDatabase(path: path, format: LogSchema.format, options: options) { _ throws(SQLiteError) in
        }
    }

    /// One that uses the writer's connection, between its transactions.
    init(sharing database: SQLiteDatabase) {
        self.database = database
    }

    /// Visits records in place. - Returns: the last position visited, or `position`.
    func visit(
        topic number: Int64, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition {
        let rows = try selection(number)
        defer { rows.reset() }
        var last = position
        var count = 0
        repeat {
            count = 0
            try start(rows, after: last, limit: Self.chunk)
            while try rows.step() {
                count += 1
                let view = LogRecordView(
                    position: LogPosition(rawValue: UInt64(rows.int64(0))), partition: Int(rows.int64(1)),
                    offset: rows.int64(2), timestamp: rows.int64(3), key: rows.bytes(4), value: rows.bytes(5),
                    headers: rows.isNull(7) ? [] : try HeaderCoding.decode(rows.bytes(7)))
                last = view.position
                if try !visit(view) { return last }
            }
        } while count == Self.chunk
        return last
    }

    /// The next records, copied.
    func read(
        topic name: String, _ number: Int64, after position: LogPosition, limit: Int
    ) throws -> [LogRecord] {
        let rows = try selection(number)
        defer { rows.reset() }
        var records: [LogRecord] = []
        try start(rows, after: position, limit: limit)
        while try rows.step() {
            records.append(
                LogRecord(
                    topic: name, position: LogPosition(rawValue: UInt64(rows.int64(0))),
                    partition: Int(rows.int64(1)), offset: rows.int64(2),
                    keyBytes: rows.bytes(4),
                    id: rows.isNull(6) ? nil : String(decoding: rows.bytes(6), as: UTF8.self),
                    value: rows.blob(5), timestamp: rows.int64(3), headers: try HeaderCoding.decode(rows.bytes(7))))
        }
        return records
    }

    /// The positions of a key's records after a position, and the last position looked at. O(records).
    func positions(
        topic number: Int64, key: String, after position: LogPosition
    ) throws(SQLiteError) -> (matches: [Int64], last: LogPosition) {
        let rows = try database.prepare(LogSchema.selectKeys(topic: number))
        let key = Array(key.utf8)
        var matches: [Int64] = []
        var last = position
        var count = 0
        repeat {
            count = 0
            try start(rows, after: last, limit: Self.chunk)
            while try rows.step() {
                count += 1
                last = LogPosition(rawValue: UInt64(rows.int64(0)))
                if rows.bytes(1).elementsEqual(key) { matches.append(rows.int64(0)) }
            }
        } while count == Self.chunk
        return (matches, last)
    }

    private func start(_ rows: SQLiteStatement, after position: LogPosition, limit: Int) throws(SQLiteError) {
        rows.reset()
        try rows.bind(Int64(clamping: position.rawValue), at: 1)
        try rows.bind(Int64(max(0, limit)), at: 2)
    }

    private func selection(_ number: Int64) throws(SQLiteError) -> SQLiteStatement {
        if let statement = selections[number] { return statement }
        let statement = try database.prepare(LogSchema.select(topic: number))
        selections[number] = statement
        return statement
    }
}
