import Catalogue
import Checkpoint
import Contracts
import Domain
import EventLog
import JSON
import SQLite
import Synchronization

/// `items.sqlite`: the catalogue and its statistics as of places in the log.
///
/// Version 2 has a place a lane, says which log they are of, and marks rows with the checkpoint that wrote them, so that a
/// start knows which of them may not have been published. Version 1 is brought up to date when it is opened.
final class ItemStore: Sendable {
    /// What a start finds.
    struct Stored {
        var catalogue = Catalogue()
        let numbers = ItemNumbers()
        var updates = LogPositions()
        var events = LogPositions()
        /// The rows up to here are in item-features, see ``ItemFeaturesConfiguration/publication``.
        var features = LogPositions()
        /// The number of the last checkpoint.
        var generation: Int64 = 0
        /// Rows of this checkpoint and those before it were published.
        var publishedGeneration: Int64 = 0
        /// Rows that may not have been published as they are.
        var unpublished: [ItemNumber] = []
    }

    /// What a checkpoint writes.
    struct Changes: Sendable {
        var rows: [(row: ItemRow, introduced: Int64)] = []
        var counters: [(number: ItemNumber, counters: ItemCounters)] = []
        /// Names of the categories from code ``firstCategory`` on.
        var categories: [String] = []
        var firstCategory = 0
        var now: Int64 = 0
        var updates = LogPositions()
        var events = LogPositions()
        var features = LogPositions()
        var generation: Int64 = 0
        /// Rows of this checkpoint and those before it have been published.
        var publishedGeneration: Int64 = 0
    }

    private struct Statements {
        let database: SQLiteDatabase
        let putItem: SQLiteStatement
        let putCounters: SQLiteStatement
        let putCategory: SQLiteStatement
        let putState: SQLiteStatement

        init(_ database: SQLiteDatabase) throws(SQLiteError) {
            self.database = database
            putItem = try database.prepare("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?)")
            putCounters = try database.prepare("INSERT OR REPLACE INTO counters VALUES (?, ?, ?)")
            putCategory = try database.prepare("INSERT OR REPLACE INTO categories VALUES (?, ?)")
            putState = try database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)")
        }
    }

    /// "CaIt"; the version is that of the tables and of what is in them.
    private static let format = SQLiteFormat(applicationID: 0x4361_4974, version: 2)

    private static let schema = """
        CREATE TABLE items (number INTEGER PRIMARY KEY, id TEXT NOT NULL, introduced INTEGER NOT NULL,
            availability INTEGER NOT NULL, item TEXT NOT NULL, generation INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE counters (number INTEGER PRIMARY KEY, counters BLOB NOT NULL,
            generation INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE categories (code INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """

    private static func migrate(_ database: SQLiteDatabase) throws(SQLiteError) {
        try database.execute(
            """
            ALTER TABLE items ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE counters ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
            UPDATE state SET name = 'updates.0' WHERE name = 'updates';
            UPDATE state SET name = 'events.0' WHERE name = 'events';
            """)
    }

    /// An availability in the file: the number is held by no item.
    private static let vacant: UInt8 = 3

    let path: String
    private let lanes: Int
    private let isOfKafka: Bool
    private let statements: Mutex<Statements>

    /// Opens the file, or makes it.
    /// - Parameters:
    ///   - lanes: the lanes of the log that the places are in.
    ///   - isOfKafka: whether that log is Kafka rather than the embedded one.
    init(path: String, lanes: Int, isOfKafka: Bool, maximumFileBytes: Int? = nil) throws {
        self.path = path
        self.lanes = lanes
        self.isOfKafka = isOfKafka
        let database = try CheckpointFile.open(
            path: path, format: Self.format, schema: Self.schema, maximumFileBytes: maximumFileBytes
        ) { database, _ throws(SQLiteError) in try Self.migrate(database) }
        statements = Mutex(try CheckpointFile.reading(path) { try Statements(database) })
    }

    /// Everything that is stored. O(items); about a second for a million.
    func load() throws -> Stored {
        try statements.withLock { statements in
            try CheckpointFile.reading(path) {
                var stored = Stored()
                let database = statements.database
                let published = try state("published", in: database) ?? 0
                try checkLog(of: database)
                try loadCategories(from: database, into: &stored)
                try loadItems(from: database, published: published, into: &stored)
                try loadCounters(from: database, published: published, into: &stored)
                stored.publishedGeneration = published
                stored.generation = try state("generation", in: database) ?? 0
                stored.updates = try positions("updates", in: database)
                stored.events = try positions("events", in: database)
                stored.features = try positions("features", in: database)
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
                    let isVacant = row.item.id.isEmpty
                    try statements.putItem.bind(Int(row.number), at: 1)
                    try statements.putItem.bind(row.item.id, at: 2)
                    try statements.putItem.bind(introduced, at: 3)
                    try statements.putItem.bind(Int(isVacant ? Self.vacant : row.availability.rawValue), at: 4)
                    try statements.putItem.bind(String(decoding: writer.bytes, as: UTF8.self), at: 5)
                    try statements.putItem.bind(changes.generation, at: 6)
                    try statements.putItem.run()
                }
                for (number, counters) in changes.counters {
                    try statements.putCounters.bind(Int(number), at: 1)
                    try statements.putCounters.bind(blob: counters.encoded(), at: 2)
                    try statements.putCounters.bind(changes.generation, at: 3)
                    try statements.putCounters.run()
                }
                for (name, value) in state(of: changes) {
                    try statements.putState.bind(name, at: 1)
                    try statements.putState.bind(value, at: 2)
                    try statements.putState.run()
                }
            }
        }
    }

    private func state(of changes: Changes) -> [(String, Int64)] {
        var state = [
            ("now", changes.now), ("generation", changes.generation), ("published", changes.publishedGeneration),
            ("lanes", Int64(lanes)), ("kafka", isOfKafka ? 1 : 0),
        ]
        for (name, positions) in [
            ("updates", changes.updates), ("events", changes.events), ("features", changes.features),
        ] {
            state += positions.lanes.map { ("\(name).\($0)", Int64(bitPattern: positions[$0].rawValue)) }
        }
        return state
    }

    private func corrupt(_ detail: String) -> CheckpointError { CheckpointError(corrupt: path, detail: detail) }
}

extension ItemStore {
    /// Places mean nothing in another log.
    private func checkLog(of database: SQLiteDatabase) throws {
        let isEmpty = try database.integer("SELECT 1 FROM state LIMIT 1") == nil
        let (kafka, lanes) = (try state("kafka", in: database) ?? 0, try state("lanes", in: database) ?? 1)
        guard isEmpty || ((kafka == 1) == isOfKafka && lanes == Int64(self.lanes)) else {
            let name = kafka == 1 ? "Kafka with \(lanes) partitions a topic" : "the embedded log"
            throw CheckpointError(otherLog: path, detail: "it follows \(name)")
        }
    }

    private func loadCategories(from database: SQLiteDatabase, into stored: inout Stored) throws {
        let rows = try database.prepare("SELECT code, name FROM categories ORDER BY code")
        while try rows.step() {
            guard stored.catalogue.restoreCategory(rows.string(1), code: Int(rows.int64(0))) else {
                throw corrupt("category \(rows.int64(0))")
            }
        }
    }

    private func loadItems(from database: SQLiteDatabase, published: Int64, into stored: inout Stored) throws {
        let parser = JSONParser()
        let rows = try database.prepare(
            "SELECT number, introduced, availability, item, generation FROM items ORDER BY number")
        while try rows.step() {
            let number = ItemNumber(truncatingIfNeeded: rows.int64(0))
            if rows.int64(2) == Int64(Self.vacant), Int(number) == stored.catalogue.rows.count {
                stored.catalogue.reserve(Int(number) + 1)
                continue
            }
            let availability = UInt8(exactly: rows.int64(2)).flatMap(ItemRow.Availability.init(rawValue:))
            let item = try? parser.withDocument(rows.utf8(3)) { try ItemJSON.item(from: $0, rules: .log) }
            guard let availability, let item, Int(number) == stored.catalogue.rows.count else {
                throw corrupt("item \(rows.int64(0))")
            }
            let entry = ItemNumbers.Entry(number: number, introduced: rows.int64(1))
            guard stored.numbers.insert(item.id, entry) else { throw corrupt("item \(rows.int64(0)) is there twice") }
            stored.catalogue.restore(item, number: number, availability: availability)
            if rows.int64(4) > published { stored.unpublished.append(number) }
        }
    }

    private func loadCounters(from database: SQLiteDatabase, published: Int64, into stored: inout Stored) throws {
        let now = try state("now", in: database) ?? 0
        let rows = try database.prepare("SELECT number, counters, generation FROM counters ORDER BY number")
        while try rows.step() {
            guard let number = Int(exactly: rows.int64(0)), (0..<stored.catalogue.rows.count).contains(number),
                let counters = ItemCounters(decoding: rows.bytes(1))
            else { throw corrupt("counters of item \(rows.int64(0))") }
            stored.catalogue.restore(counters, for: ItemNumber(number), now: now)
            if rows.int64(2) > published { stored.unpublished.append(ItemNumber(number)) }
        }
    }

    private func positions(_ name: String, in database: SQLiteDatabase) throws -> LogPositions {
        var positions = LogPositions()
        for lane in 0..<lanes {
            guard let value = try state("\(name).\(lane)", in: database) else { continue }
            positions[lane] = LogPosition(rawValue: UInt64(bitPattern: value))
        }
        return positions
    }

    private func state(_ name: String, in database: SQLiteDatabase) throws -> Int64? {
        try database.integer("SELECT value FROM state WHERE name = '\(name)'")
    }
}
