import Checkpoint
import Domain
import EventLog
import SQLite
import Synchronization

/// `users.sqlite`, or `users-<partition>.sqlite`: the users' states as of a place in the log, and the erasures that are
/// under way.
///
/// Version 2 has beside each state the recent event ids and the place of the last event, both of no use to the embedded
/// log's file, and says in a partition's file which partition it is and of how many. Version 1 is brought up to it.
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
            putUser = try database.prepare("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?)")
            removeUser = try database.prepare("DELETE FROM users WHERE slot = ?")
            putErasure = try database.prepare("INSERT OR IGNORE INTO erasures VALUES (?)")
            removeErasure = try database.prepare("DELETE FROM erasures WHERE user = ?")
            putState = try database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)")
        }

        func put(_ name: String, _ value: Int64) throws(SQLiteError) {
            try putState.bind(name, at: 1)
            try putState.bind(value, at: 2)
            try putState.run()
        }
    }

    /// "CaUs"; the version is that of the tables and of what is in them.
    private static let format = SQLiteFormat(applicationID: 0x4361_5573, version: 2)

    private static let schema = """
        CREATE TABLE users (
            slot INTEGER PRIMARY KEY, user TEXT NOT NULL, state BLOB NOT NULL, recent BLOB NOT NULL DEFAULT x'',
            position INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE erasures (user TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """

    private static let fromVersion1 = """
        ALTER TABLE users ADD COLUMN recent BLOB NOT NULL DEFAULT x'';
        ALTER TABLE users ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
        """

    /// In `state`, before the number of a partition that forwarded records.
    private static let forwarded = "forwarded-"

    let path: String
    private let statements: Mutex<Statements>

    /// Opens the file, or makes it.
    /// - Parameter partition: what the file must belong to; nil is a log with one lane.
    init(path: String, partition: UserPartition? = nil, maximumFileBytes: Int? = nil) throws {
        self.path = path
        let identity = partition.map {
            "INSERT INTO state VALUES ('partition', \($0.number)), ('partitions', \($0.count));"
        }
        let database = try CheckpointFile.open(
            path: path, format: Self.format, schema: Self.schema + (identity ?? ""),
            maximumFileBytes: maximumFileBytes,
            migrate: { database, _ throws(SQLiteError) in try database.execute(Self.fromVersion1) })
        statements = Mutex(
            try CheckpointFile.reading(path) {
                func value(_ name: String) throws -> Int? {
                    try database.integer("SELECT value FROM state WHERE name = '\(name)'").map(Int.init(clamping:))
                }
                let found = try value("partition").map {
                    UserPartition(number: $0, count: try value("partitions") ?? 0)
                }
                guard found == partition else {
                    throw CheckpointError(
                        foreign: path, found: found?.description ?? "an embedded log",
                        wanted: partition?.description ?? "an embedded log")
                }
                return try Statements(database)
            })
    }

    /// Puts all stored users into a table and returns the place in the log that they belong to; nil when nothing was ever
    /// stored. O(users).
    func load(into table: UserTable) throws -> LanePlace? {
        try statements.withLock { statements in
            try CheckpointFile.reading(path) {
                let rows = try statements.database.prepare(
                    "SELECT slot, user, state, recent, position FROM users ORDER BY slot")
                while try rows.step() {
                    guard let state = try? UserState(decoding: rows.blob(2)),
                        let recent = RecentEvents(decoding: rows.bytes(3)),
                        table.restore(
                            UserChanges.Row(
                                slot: rows.int64(0), user: rows.string(1), state: state, recent: recent,
                                position: LogPosition(rawValue: UInt64(bitPattern: rows.int64(4))),
                                isUnpublished: false))
                    else { throw CheckpointError(corrupt: path, detail: "row \(rows.int64(0))") }
                }
                return try place(statements.database)
            }
        }
    }

    private func place(_ database: SQLiteDatabase) throws -> LanePlace? {
        guard let position = try database.integer("SELECT value FROM state WHERE name = 'events'") else { return nil }
        var forwarded: [Int: Int64] = [:]
        let rows = try database.prepare("SELECT name, value FROM state WHERE name GLOB '\(Self.forwarded)*'")
        while try rows.step() {
            guard let partition = Int(rows.string(0).dropFirst(Self.forwarded.count)) else {
                throw CheckpointError(corrupt: path, detail: "the places of forwarded records")
            }
            forwarded[partition] = rows.int64(1)
        }
        return LanePlace(position: LogPosition(rawValue: UInt64(bitPattern: position)), forwarded: forwarded)
    }

    /// Removes all users and the place that they belong to.
    func clear() throws {
        try statements.withLock { statements in
            try statements.database.transaction {
                try statements.database.execute(
                    "DELETE FROM users; DELETE FROM state WHERE name = 'events' OR name GLOB '\(Self.forwarded)*'")
            }
        }
    }

    /// Writes changes in one transaction: all of them or, when it throws, none. Erased users' rows go, and with them the
    /// notes that they are to be erased. A nil place stays as it is.
    func save(_ changes: UserChanges, place: LanePlace?) throws {
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
                    try statements.putUser.bind(blob: row.recent.encoded(), at: 4)
                    try statements.putUser.bind(Int64(bitPattern: row.position.rawValue), at: 5)
                    try statements.putUser.run()
                }
                guard let place else { return }
                try statements.put("events", Int64(bitPattern: place.position.rawValue))
                for (partition, offset) in place.forwarded {
                    try statements.put("\(Self.forwarded)\(partition)", offset)
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
