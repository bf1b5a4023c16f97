internal import EventLog
internal import SQLite

/// The records that wait, in one SQLite file, in their order. Used by one thread at a time.
///
///     records   row, queued, size, timestamp, topic, key, id, value
///
/// What is deleted is overwritten: the file keeps nothing of a user who was erased.
final class OutboxStore {
    /// "CscO".
    private static let format = SQLiteFormat(applicationID: 0x4373_634f, version: 1)

    /// Some of the oldest records.
    struct Batch {
        var records: [NewRecord] = []
        /// The row of the last one.
        var last: Int64 = 0
        /// When the first one was queued, milliseconds since the epoch.
        var oldest: Int64?
    }

    private let database: SQLiteDatabase
    private let insert: SQLiteStatement
    private let select: SQLiteStatement

    init(path: String) throws(SQLiteError) {
        var options = SQLiteOptions()
        options.overwritesDeleted = true
        database = try SQLiteDatabase(path: path, format: Self.format, options: options) {
            database throws(SQLiteError) in
            try database.execute(
                """
                CREATE TABLE records (
                    row INTEGER PRIMARY KEY AUTOINCREMENT, queued INTEGER NOT NULL, size INTEGER NOT NULL,
                    timestamp INTEGER NOT NULL, topic TEXT NOT NULL, key TEXT NOT NULL, id TEXT, value BLOB NOT NULL);
                """)
        }
        insert = try database.prepare(
            "INSERT INTO records (queued, size, timestamp, topic, key, id, value) VALUES (?, ?, ?, ?, ?, ?, ?)")
        select = try database.prepare(
            "SELECT row, queued, timestamp, topic, key, id, value FROM records ORDER BY row LIMIT ?")
    }

    /// What waits.
    func size() throws(SQLiteError) -> OutboxSize { try size(where: "1") { _ throws(SQLiteError) in } }

    /// Stores records behind those that wait, all or none.
    func append(_ records: [NewRecord], now: Int64) throws {
        try database.transaction {
            for record in records {
                try insert.bind(now, at: 1)
                try insert.bind(record.outboxBytes, at: 2)
                try insert.bind(record.timestamp, at: 3)
                try insert.bind(record.topic, at: 4)
                try insert.bind(record.key, at: 5)
                if let id = record.id { try insert.bind(id, at: 6) } else { try insert.bindNull(at: 6) }
                try insert.bind(blob: record.value, at: 7)
                try insert.run()
            }
        }
    }

    /// The oldest records, at most `limit`.
    func next(_ limit: Int) throws(SQLiteError) -> Batch {
        var batch = Batch()
        try select.bind(limit, at: 1)
        while try select.step() {
            batch.last = select.int64(0)
            batch.oldest = batch.oldest ?? select.int64(1)
            batch.records.append(
                NewRecord(
                    topic: select.string(3), key: select.string(4), id: select.isNull(5) ? nil : select.string(5),
                    value: select.blob(6), timestamp: select.int64(2)))
        }
        return batch
    }

    /// Deletes the records up to a row.
    func delete(through row: Int64) throws -> OutboxSize {
        try delete(where: "row <= ?") { statement throws(SQLiteError) in try statement.bind(row, at: 1) }
    }

    /// Deletes the records of a key, from the write-ahead log too. O(records).
    func delete(key: String) throws -> OutboxSize {
        let size = try delete(where: "key = ?") { statement throws(SQLiteError) in try statement.bind(key, at: 1) }
        if size.records > 0 { try database.checkpoint() }
        return size
    }

    private func delete(
        where condition: String, bind: (SQLiteStatement) throws(SQLiteError) -> Void
    ) throws -> OutboxSize {
        try database.transaction {
            let size = try size(where: condition, bind: bind)
            let statement = try database.prepare("DELETE FROM records WHERE \(condition)")
            try bind(statement)
            try statement.run()
            return size
        }
    }

    private func size(
        where condition: String, bind: (SQLiteStatement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> OutboxSize {
        let statement = try database.prepare("SELECT count(*), coalesce(sum(size), 0) FROM records WHERE \(condition)")
        try bind(statement)
        guard try statement.step() else { return OutboxSize() }
        let size = OutboxSize(records: Int(statement.int64(0)), bytes: Int(statement.int64(1)))
        statement.reset()
        return size
    }
}
