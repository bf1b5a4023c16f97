internal import CSQLite

/// A connection to a SQLite database in write-ahead mode. Used by one thread at a time.
package final class SQLiteDatabase {
    package let path: String
    let handle: OpaquePointer

    /// Opens a file, makes it when there is none, and checks whose it is.
    ///
    /// - Parameter format: what the file must be. A new file gets its mark from `create`'s transaction; a file with
    ///   another mark, a newer version or tables of somebody else is refused.
    /// - Parameter create: makes the tables of a new file, in one transaction with the mark.
    /// - Parameter migrate: brings the tables of an older version up to date, likewise; gets that version.
    package init(
        path: String, format: SQLiteFormat, options: SQLiteOptions = SQLiteOptions(),
        create: (SQLiteDatabase) throws(SQLiteError) -> Void,
        migrate: (SQLiteDatabase, Int32) throws(SQLiteError) -> Void = { _, _ throws(SQLiteError) in }
    ) throws(SQLiteError) {
        self.path = path
        handle = try Self.open(path, options)
        try configure(options)
        try check(format, options, create: create, migrate: migrate)
    }

    deinit {
        // Statements keep their database alive, so none is left here and the close cannot be refused.
        sqlite3_close_v2(handle)
    }

    /// Runs statements that give no rows, separated by semicolons.
    package func execute(_ sql: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// A statement to be run many times, with `?` for its parameters.
    package func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        try SQLiteStatement(self, sql)
    }

    /// The first column of the first row as an integer, nil when there is no row.
    package func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.int64(0) : nil
    }

    /// Runs `body` in a transaction that is committed when it returns and undone when it throws.
    ///
    /// The write lock is taken at the start, so that no statement within waits for it.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// Undoes the open transaction, if there is one; some errors have done it already.
    package func rollback() {
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    /// Rows that the last `INSERT`, `UPDATE` or `DELETE` changed.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The rowid of the last row inserted.
    package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Moves what is in the write-ahead log to the file, and empties it when no reader is in the way.
    package func checkpoint() throws(SQLiteError) {
        try check(sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil))
    }

    /// The largest size the file may grow to from now on, in whole pages.
    package func limitFile(toBytes bytes: Int) throws(SQLiteError) {
        let page = try integer("PRAGMA page_size") ?? 4096
        try execute("PRAGMA max_page_count = \(Int64(bytes) / page)")
    }

    func check(_ code: Int32) throws(SQLiteError) {
        if code != SQLITE_OK { throw error(code) }
    }

    func error(_ code: Int32) -> SQLiteError {
        let extended = sqlite3_extended_errcode(handle)
        return SQLiteError(
            code: extended & 0xff == code & 0xff ? extended : code, path: path,
            detail: String(cString: sqlite3_errmsg(handle)))
    }
}
