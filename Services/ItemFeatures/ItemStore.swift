import Checkpoint
import Contracts
import Domain
import EventLog
import JSON
import SQLite
import Synchronization

/// `items.sqlite`: the catalogue and its statistics as of two places in the log.
final class ItemStore: Sendable {
    /// What a start finds.
    struct Stored {
        var catalogue = Catalogue()
        let numbers = ItemNumbers()
        var updatePosition = LogPosition.start
        var eventPosition = LogPosition.start
    }

    /// What a checkpoint writes.
    struct Changes: Sendable {
        var rows: [(row: ItemRow, introduced: Int64)] = []
        var counters: [(number: ItemNumber, counters: ItemCounters)] = []
        /// Names of the categories from code ``firstCategory`` on.
        var categories: [String] = []
        var firstCategory = 0
        var now: Int64 = 0
        var updatePosition = LogPosition.start
        var eventPosition = LogPosition.start
    }

    private struct Statements {
        let database: SQLiteDatabase
        let putItem: SQLiteStatement
        let putCounters: SQLiteStatement
        let putCategory: SQLiteStatement
        let putState: SQLiteStatement

        init(_ database: SQLiteDatabase) throws(SQLiteError) {
            self.database = database
            putItem = try database.prepare("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)")
            putCounters = try database.prepare("INSERT OR REPLACE INTO counters VALUES (?, ?)")
            putCategory = try database.prepare("INSERT OR REPLACE INTO categories VALUES (?, ?)")
            putState = try database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)")
        }
    }

    /// "CaIt"; the version is that of the tables and of what is in them.
    private static let format = SQLiteFormat(applicationID: 0x4361_4974, version: 1)

    private static let schema = """
        CREATE TABLE items (number INTEGER PRIMARY KEY, id TEXT NOT NULL, introduced INTEGER NOT NULL,
            availability INTEGER NOT NULL, item TEXT NOT NULL);
        CREATE TABLE counters (number INTEGER PRIMARY KEY, counters BLOB NOT NULL);
        CREATE TABLE categories (code INTEGER PRIMARY KEY, name TEXT NOT NULL);
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

    /// Everything that is stored. O(items); about a second for a million.
    func load() throws -> Stored {
        try statements.withLock { statements in
            try CheckpointFile.reading(path) {
                var stored = Stored()
                let database = statements.database
                try loadCategories(from: database, into: &stored)
                try loadItems(from: database, into: &stored)
                try loadCounters(from: database, into: &stored)
                stored.updatePosition = try position("updates", in: database)
                stored.eventPosition = try position("events", in: database)
                return stored
            }
        }
    }

    /// Writes changes in one transaction: all of them or, when it throws, none.
    func save(_ changes: Changes) throws {
        try statements.withLock { statements in
            try statements.database.transaction {
                for (place, name) in changes.categories.enumerated() {
                    try statements.putCategory.bind(changes.firstCategory + place, at: 1)
                    try statements.putCategory.bind(name, at: 2)
                    try statements.putCategory.run()
                }
                var writer = JSONWriter(capacity: 512)
                for (row, introduced) in changes.rows {
                    writer.reset()
                    ItemJSON.write(row.item, to: &writer)
                    try statements.putItem.bind(Int(row.number), at: 1)
                    try statements.putItem.bind(row.item.id, at: 2)
                    try statements.putItem.bind(introduced, at: 3)
                    try statements.putItem.bind(Int(row.availability.rawValue), at: 4)
                    try statements.putItem.bind(String(decoding: writer.bytes, as: UTF8.self), at: 5)
                    try statements.putItem.run()
                }
                for (number, counters) in changes.counters {
                    try statements.putCounters.bind(Int(number), at: 1)
                    try statements.putCounters.bind(blob: counters.encoded(), at: 2)
                    try statements.putCounters.run()
                }
                let state = [
                    ("now", changes.now), ("updates", Int64(bitPattern: changes.updatePosition.rawValue)),
                    ("events", Int64(bitPattern: changes.eventPosition.rawValue)),
                ]
                for (name, value) in state {
                    try statements.putState.bind(name, at: 1)
                    try statements.putState.bind(value, at: 2)
                    try statements.putState.run()
                }
            }
        }
    }

    private func corrupt(_ detail: String) -> CheckpointError { CheckpointError(corrupt: path, detail: detail) }
}

extension ItemStore {
    private func loadCategories(from database: SQLiteDatabase, into stored: inout Stored) throws {
        let rows = try database.prepare("SELECT code, name FROM categories ORDER BY code")
        while try rows.step() {
            guard stored.catalogue.restoreCategory(rows.string(1), code: Int(rows.int64(0))) else {
                throw corrupt("category \(rows.int64(0))")
            }
        }
    }

    private func loadItems(from database: SQLiteDatabase, into stored: inout Stored) throws {
        let parser = JSONParser()
        let rows = try database.prepare("SELECT number, introduced, availability, item FROM items ORDER BY number")
        while try rows.step() {
            let number = ItemNumber(truncatingIfNeeded: rows.int64(0))
            let availability = UInt8(exactly: rows.int64(2)).flatMap(ItemRow.Availability.init(rawValue:))
            let item = try? parser.withDocument(rows.utf8(3)) { try ItemJSON.item(from: $0, rules: .log) }
            guard let availability, let item, Int(number) == stored.catalogue.rows.count else {
                throw corrupt("item \(rows.int64(0))")
            }
            let entry = ItemNumbers.Entry(number: number, introduced: rows.int64(1))
            guard stored.numbers.insert(item.id, entry) else { throw corrupt("item \(rows.int64(0)) is there twice") }
            stored.catalogue.restore(item, number: number, availability: availability)
        }
    }

    private func loadCounters(from database: SQLiteDatabase, into stored: inout Stored) throws {
        let now = try database.integer("SELECT value FROM state WHERE name = 'now'") ?? 0
        let rows = try database.prepare("SELECT number, counters FROM counters ORDER BY number")
        while try rows.step() {
            guard let number = Int(exactly: rows.int64(0)), (0..<stored.catalogue.rows.count).contains(number),
                let counters = ItemCounters(decoding: rows.bytes(1))
            else { throw corrupt("counters of item \(rows.int64(0))") }
            stored.catalogue.restore(counters, for: ItemNumber(number), now: now)
        }
    }

    private func position(_ name: String, in database: SQLiteDatabase) throws -> LogPosition {
        let value = try database.integer("SELECT value FROM state WHERE name = '\(name)'") ?? 0
        return LogPosition(rawValue: UInt64(bitPattern: value))
    }
}
