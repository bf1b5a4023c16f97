import Checkpoint
import Domain
import EventLog
import SQLite
import Synchronization

/// `users.sqlite`: the users' states as of a place in the log, and the erasures that are under way.
final class UserStore: Sendable {
    private struct Statements {
        let database: SQLiteDatabase
        let putUser: SQLiteStatement
        let removeUser: SQLiteStatement
        let putErasure: SQLiteStatement
        let removeErasure: SQLiteStatement
        let putState: SQLiteStatement

        init(_ database: SQLiteDatabase) throws(SQLiteError) {
            self.database = database
            putUser = try database.prepare("INSERT OR REPLACE INTO users VALUES (?, ?, ?)")
            removeUser = try database.prepare("DELETE FROM users WHERE slot = ?")
            putErasure = try database.prepare("INSERT OR IGNORE INTO erasures VALUES (?)")
            removeErasure = try database.prepare("DELETE FROM erasures WHERE user = ?")
            putState = try database.prepare("INSERT OR REPLACE INTO state VALUES ('events', ?)")
        }
    }

    /// "CaUs"; the version is that of the tables and of what is in them.
    private static let format = SQLiteFormat(applicationID: 0x4361_5573, version: 1)

    private static let schema = """
        CREATE TABLE users (slot INTEGER PRIMARY KEY, user TEXT NOT NULL, state BLOB NOT NULL);
        CREATE TABLE erasures (user TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """

    let path: String
    private let statements: Mutex<Statements>

    /// Opens the file, or makes it.
    init(path: String, maximumFileBytes: Int? = nil) throws {
        self.path = path
        let database = try CheckpointFile.open(
            path: path, format: Self.format, schema: Self.schema, maximumFileBytes: maximumFileBytes)
        statements = Mutex(try CheckpointFile.reading(path) { try Statements(database) })
    }

    /// Puts all stored users into a table and returns the place in the log that they belong to. O(users).
    func load(into table: UserTable) throws -> LogPosition {
        try statements.withLock { statements in
            try CheckpointFile.reading(path) {
                let rows = try statements.database.prepare("SELECT slot, user, state FROM users ORDER BY slot")
                while try rows.step() {
                    let user = rows.string(1)
                    guard let state = try? UserState(decoding: rows.blob(2)),
                        table.restore(UserTable.Row(slot: rows.int64(0), user: user, state: state))
                    else { throw CheckpointError(corrupt: path, detail: "row \(rows.int64(0))") }
                }
                let value = try statements.database.integer("SELECT value FROM state WHERE name = 'events'") ?? 0
                return LogPosition(rawValue: UInt64(bitPattern: value))
            }
        }
    }

    /// Writes changes in one transaction: all of them or, when it throws, none. Erased users' rows go, and with them the
    /// notes that they are to be erased. A nil position stays as it is.
    func save(_ changes: UserTable.Changes, position: LogPosition?) throws {
        try statements.withLock { statements in
            try statements.database.transaction {
                for erasure in changes.erased {
                    if let slot = erasure.slot {
                        try statements.removeUser.bind(slot, at: 1)
                        try statements.removeUser.run()
                    }
                    try statements.removeErasure.bind(erasure.user, at: 1)
                    try statements.removeErasure.run()
                }
                for row in changes.rows {
                    try statements.putUser.bind(row.slot, at: 1)
                    try statements.putUser.bind(row.user, at: 2)
                    try statements.putUser.bind(blob: row.state.encoded(), at: 3)
                    try statements.putUser.run()
                }
                if let position {
                    try statements.putState.bind(Int64(bitPattern: position.rawValue), at: 1)
                    try statements.putState.run()
                }
            }
        }
    }

    /// Notes durably that a user is to be erased: a start that finds the note erases the user first.
    func noteErasure(of user: String) throws {
        try statements.withLock { statements in
            try statements.putErasure.bind(user, at: 1)
            try statements.putErasure.run()
            try statements.database.checkpoint()
        }
    }

    /// The users whose erasure was begun and not ended.
    func erasures() throws -> [String] {
        try statements.withLock { statements in
            try CheckpointFile.reading(path) {
                let rows = try statements.database.prepare("SELECT user FROM erasures")
                var users: [String] = []
                while try rows.step() { users.append(rows.string(0)) }
                return users
            }
        }
    }

    /// Empties the write-ahead log, so that nothing that was erased is in it any longer.
    func flush() throws {
        try statements.withLock { try $0.database.checkpoint() }
    }
}
