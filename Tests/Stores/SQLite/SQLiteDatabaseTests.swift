import Foundation
import SQLite
import Testing
import TestSupport

struct SQLiteDatabaseTests {
    private let files: TemporaryDirectory
    private let path: String
    private let format = SQLiteFormat(applicationID: 77, version: 2)

    init() throws {
        files = try TemporaryDirectory()
        path = "\(files.path)/db.sqlite"
    }

    private func open(_ change: (inout SQLiteOptions) -> Void = { _ in }) throws -> SQLiteDatabase {
        var options = SQLiteOptions()
        options.busyTimeoutMilliseconds = 0
        change(&options)
        return try SQLiteDatabase(path: path, format: format, options: options) { database throws(SQLiteError) in
            try database.execute("CREATE TABLE t (k INTEGER PRIMARY KEY, d REAL, s TEXT, b BLOB)")
        }
    }

    private func error(_ body: () throws -> Void) -> SQLiteError? {
        do {
            try body()
            return nil
        } catch {
            return error as? SQLiteError
        }
    }

    @Test func storesEveryType() throws {
        let database = try open()
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?)")
        let rows: [(Int64, Double, String, [UInt8])] = [
            (.min, 0.1, "", []), (.max, -1e300, "é\u{0}😀", [0, 255]), (0, 0, "a", [UInt8](repeating: 9, count: 10_000)),
        ]
        for row in rows {
            try insert.bind(row.0, at: 1)
            try insert.bind(row.1, at: 2)
            try insert.bind(row.2, at: 3)
            try insert.bind(blob: row.3, at: 4)
            try insert.run()
        }
        #expect(database.changes == 1)
        let select = try database.prepare("SELECT d, s, b FROM t WHERE k = ?")
        for row in rows {
            try select.bind(row.0, at: 1)
            #expect(try select.step())
            #expect(select.double(0) == row.1)
            #expect(select.string(1) == row.2)
            #expect(select.blob(2) == row.3)
            #expect(!select.isNull(1) && !select.isNull(2))
            #expect(try !select.step())
        }
        try insert.bind(5, at: 1)
        for index in 2...4 { try insert.bindNull(at: index) }
        try insert.run()
        #expect(try database.integer("SELECT count(*) FROM t WHERE d IS NULL AND s IS NULL AND b IS NULL") == 1)
        #expect(try database.integer("SELECT k FROM t WHERE k = 6") == nil)
    }

    @Test func isDurable() throws {
        let database = try open()
        let mode = try database.prepare("PRAGMA journal_mode")
        #expect(try mode.step() && mode.string(0) == "wal")
        #expect(try database.integer("PRAGMA synchronous") == 2)
        #expect(try open { $0.durability = .normal }.integer("PRAGMA synchronous") == 1)
    }

    @Test func undoesWhatThrows() throws {
        struct Mine: Error {}
        let database = try open()
        #expect(throws: Mine.self) {
            try database.transaction {
                try database.execute("INSERT INTO t (k) VALUES (1)")
                throw Mine()
            }
        }
        #expect(try database.integer("SELECT count(*) FROM t") == 0)
        #expect(try database.transaction { try database.integer("SELECT 3") } == 3)
        let constraint = error { try database.execute("INSERT INTO t (k) VALUES (1), (1)") }
        #expect(constraint?.cause == .constraint)
        #expect(constraint?.message.contains(path) == true)
    }

    @Test func keepsWhatIsStoredWhenFull() throws {
        let database = try open { $0.maximumFileBytes = 40 * 4096 }
        let insert = try database.prepare("INSERT INTO t (k, b) VALUES (?, zeroblob(3000))")
        var stored = 0
        let full = error {
            for key in 0..<1000 {
                try insert.bind(key, at: 1)
                try insert.run()
                stored += 1
            }
        }
        #expect(full?.cause == .full)
        #expect(full?.message.contains("Make room") == true)
        #expect(try database.integer("SELECT count(*) FROM t") == Int64(stored))
        try database.limitFile(toBytes: 1 << 30)
        try insert.run()
        #expect(try database.integer("SELECT count(*) FROM t") == Int64(stored + 1))
    }

    @Test func refusesForeignFiles() throws {
        try Data("this is text, and long enough to be looked at as a header of a database".utf8)
            .write(to: URL(filePath: path))
        #expect(error { _ = try open() }?.cause == .notADatabase)
        #expect(try Data(contentsOf: URL(filePath: path)).starts(with: Data("this is text".utf8)))
        try FileManager.default.removeItem(atPath: path)

        let other = SQLiteFormat(applicationID: 78, version: 1)
        _ = try SQLiteDatabase(path: path, format: other) { _ throws(SQLiteError) in }
        #expect(error { _ = try open() }?.cause == .unknownFormat)
    }

    @Test func refusesNewerFilesAndMigratesOlder() throws {
        _ = try open()
        let newer = SQLiteFormat(applicationID: 77, version: 3)
        _ = try SQLiteDatabase(path: path, format: newer) { _ throws(SQLiteError) in
        } migrate: {
            database, version throws(SQLiteError) in
            try database.execute("INSERT INTO t (k) VALUES (\(version))")
        }
        let refused = error { _ = try open() }
        #expect(refused?.cause == .unknownFormat)
        #expect(refused?.message.contains("version 3") == true)
        let migrated = try SQLiteDatabase(path: path, format: newer) { _ throws(SQLiteError) in }
        #expect(try migrated.integer("SELECT k FROM t") == 2)
    }

    @Test func saysWhenLocked() throws {
        let first = try open()
        let second = try open()
        try first.transaction {
            #expect(error { try second.execute("INSERT INTO t (k) VALUES (1)") }?.cause == .locked)
        }
        try second.execute("INSERT INTO t (k) VALUES (1)")
    }

    @Test func saysWhenItCannotOpenOrWrite() throws {
        let missing = error {
            _ = try SQLiteDatabase(path: "\(files.path)/no/db", format: format) { _ throws(SQLiteError) in }
        }
        #expect(missing?.cause == .cannotOpen)
        _ = try open()
        let reader = try open { $0.access = .readOnly }
        #expect(error { try reader.execute("INSERT INTO t (k) VALUES (1)") }?.cause == .readOnly)
        #expect(error { try reader.execute("SELECT nothing") }?.cause == .misuse)
        #expect(error { _ = try reader.prepare("") }?.cause == .misuse)
    }

    @Test func saysWhenDamaged() throws {
        do {
            let database = try open()
            for key in 0..<300 { try database.execute("INSERT INTO t (k, b) VALUES (\(key), randomblob(500))") }
            try database.checkpoint()
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xff, count: 20 * 4096))
        try file.close()
        #expect(error { _ = try open().integer("SELECT sum(length(b)) FROM t") }?.cause == .corrupt)
    }
}
