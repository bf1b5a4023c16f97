package import SQLite

/// A role's checkpoint: a SQLite file that can always be rebuilt from the log.
package enum CheckpointFile {
    /// Opens the file, makes it with its tables when there is none, brings one of an older version up to date; refuses
    /// one of another kind or of a newer version.
    ///
    /// Commits survive the end of the process; a power failure may undo the last of them, never half of one, and the
    /// replay makes up for it. What is deleted is overwritten.
    package static func open(
        path: String, format: SQLiteFormat, schema: String, maximumFileBytes: Int? = nil,
        migrate: (SQLiteDatabase, Int32) throws(SQLiteError) -> Void = { _, _ throws(SQLiteError) in }
    ) throws(CheckpointError) -> SQLiteDatabase {
        var options = SQLiteOptions()
        options.maximumFileBytes = maximumFileBytes
        options.durability = .normal
        options.overwritesDeleted = true
        do {
            return try SQLiteDatabase(
                path: path, format: format, options: options,
                create: { database throws(SQLiteError) in try database.execute(schema) }, migrate: migrate)
        } catch {
            throw CheckpointError(error, path: path)
        }
    }

    /// Runs what reads the file, and says of errors what to do about them.
    package static func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SQLiteError {
            throw CheckpointError(error, path: path)
        }
    }
}
