internal import CSQLite

/// A prepared statement: bind its parameters (from 1), step through its rows, read their columns (from 0), reset.
/// Used by one thread at a time, the one of its database.
package final class SQLiteStatement {
    private let database: SQLiteDatabase
    private let handle: OpaquePointer

    init(_ database: SQLiteDatabase, _ sql: String) throws(SQLiteError) {
        var handle: OpaquePointer?
        try database.check(
            sqlite3_prepare_v3(database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil))
        guard let handle else {
            throw SQLiteError(.misuse, message: "There is no statement in “\(sql)”. This is a mistake in the program.")
        }
        self.database = database
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Goes to the next row.
    /// - Returns: whether there is one; without one the statement is reset, its bindings stay.
    package func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let error = database.error(code)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement to its end, whatever rows it gives.
    package func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Leaves the rows that are left, so that the statement can be bound and run again.
    package func reset() {
        sqlite3_reset(handle)
    }
}

extension SQLiteStatement {
    package func bind(_ value: Int64, at index: Int) throws(SQLiteError) {
        try database.check(sqlite3_bind_int64(handle, Int32(index), value))
    }

    package func bind(_ value: Int, at index: Int) throws(SQLiteError) {
        try bind(Int64(value), at: index)
    }

    package func bind(_ value: Double, at index: Int) throws(SQLiteError) {
        try database.check(sqlite3_bind_double(handle, Int32(index), value))
    }

    package func bindNull(at index: Int) throws(SQLiteError) {
        try database.check(sqlite3_bind_null(handle, Int32(index)))
    }

    /// Binds text, copied.
    package func bind(_ text: String, at index: Int) throws(SQLiteError) {
        var text = text
        let code = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                // A null pointer would bind NULL.
                guard let start = characters.baseAddress else {
                    return sqlite3_bind_text(handle, Int32(index), "", 0, Self.copied)
                }
                return sqlite3_bind_text(handle, Int32(index), start, Int32(characters.count), Self.copied)
            }
        }
        try database.check(code)
    }

    /// Binds bytes, copied.
    package func bind(blob: [UInt8], at index: Int) throws(SQLiteError) {
        try database.check(blob.withUnsafeBytes { bind($0, at: index, Self.copied) })
    }

    /// Binds bytes without a copy: they must stay where they are until the statement is bound anew.
    package func bind(unownedBlob blob: UnsafeRawBufferPointer, at index: Int) throws(SQLiteError) {
        try database.check(bind(blob, at: index, nil))
    }

    private func bind(
        _ blob: UnsafeRawBufferPointer, at index: Int, _ owner: sqlite3_destructor_type?
    ) -> Int32 {
        guard let start = blob.baseAddress, !blob.isEmpty else { return sqlite3_bind_zeroblob(handle, Int32(index), 0) }
        return sqlite3_bind_blob64(handle, Int32(index), start, UInt64(blob.count), owner)
    }

    /// `SQLITE_TRANSIENT`, a macro that does not import: SQLite makes its own copy.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

extension SQLiteStatement {
    package func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    package func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }

    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    /// Text, copied; empty for NULL.
    package func string(_ column: Int) -> String {
        String(decoding: utf8(column), as: UTF8.self)
    }

    /// Bytes, copied; empty for NULL.
    package func blob(_ column: Int) -> [UInt8] {
        Array(bytes(column))
    }

    /// Text in place, valid until the next step or reset.
    package func utf8(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_text(handle, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    }

    /// Bytes in place, valid until the next step or reset.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, Int32(column))
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column))))
    }
}
