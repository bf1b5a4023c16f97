import SQLite

/// What the checkpoints of a replica of user-features hold, byte for byte.
package struct StoredUsers: Equatable {
    package struct Row: Equatable {
        package let state: [UInt8]
        package let recent: [UInt8]
        package let position: Int64
    }

    package var rows: [String: Row] = [:]
    package var places: [String: Int64] = [:]

    /// Reads the files of some partitions in a folder.
    package init(in folder: String, partitions: some Sequence<Int>) throws {
        for partition in partitions {
            let database = try SQLiteDatabase(
                path: "\(folder)/users-\(partition).sqlite",
                format: SQLiteFormat(applicationID: 0x4361_5573, version: 2)
            ) { _ throws(SQLiteError) in }
            let users = try database.prepare("SELECT user, state, recent, position FROM users")
            while try users.step() {
                rows[users.string(0)] = Row(state: users.blob(1), recent: users.blob(2), position: users.int64(3))
            }
            let state = try database.prepare("SELECT name, value FROM state")
            while try state.step() { places["\(partition) \(state.string(0))"] = state.int64(1) }
        }
    }
}
