import EmbeddedLog
import EventLog
import SQLite
import Testing

/// A file of version 1, which had no headers.
struct UpgradeTests {
    private let fixture: LogFixture

    init() throws {
        fixture = try LogFixture()
    }

    /// Writes the file as version 1 of the program did, with two records in each of two topics.
    private func makeFile() throws {
        let format = SQLiteFormat(applicationID: 0x4373_634c, version: 1)
        let database = try SQLiteDatabase(path: fixture.path, format: format) { database throws(SQLiteError) in
            try database.execute(
                """
                CREATE TABLE topics (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                CREATE TABLE counters (
                    topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
                    PRIMARY KEY (topic, partition)
                ) WITHOUT ROWID;
                INSERT INTO counters VALUES (0, 0, 5), (0, 1, 4), (1, 2, 2), (2, 0, 2);
                INSERT INTO topics VALUES (1, '\(LogFixture.topic)'), (2, 'other');
                """)
            for number in 1...2 {
                try database.execute(
                    """
                    CREATE TABLE topic_\(number) (
                        position INTEGER PRIMARY KEY, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
                        timestamp INTEGER NOT NULL, key TEXT NOT NULL, id TEXT, value BLOB NOT NULL);
                    CREATE UNIQUE INDEX topic_\(number)_id ON topic_\(number) (id) WHERE id IS NOT NULL;
                    INSERT INTO topic_\(number) VALUES
                        (\(number), \(number == 1 ? 2 : 0), 0, 1001, 'u1', 'id-1', x'7b7d'),
                        (\(number + 2), \(number == 1 ? 2 : 0), 1, 1002, 'u1', NULL, x'');
                    """)
            }
        }
        #expect(try database.integer("PRAGMA user_version") == 1)
    }

    @Test func keepsItsRecordsAndTakesHeaders() async throws {
        try makeFile()
        var log = try fixture.open()
        let old = try log.all()
        #expect(old.map(\.position.rawValue) == [1, 3])
        #expect(old.map(\.id) == ["id-1", nil])
        #expect(old.map(\.value) == [Array("{}".utf8), []])
        #expect(old.allSatisfy { $0.key == "u1" && $0.partition == 2 && $0.headers.isEmpty })
        #expect(try log.all("other").map(\.position.rawValue) == [2, 4])
        #expect(try await log.append([LogFixture.record(1)]) == [.duplicate])
        var new = LogFixture.record(7)
        new.headers = [RecordHeader("a", [0, 1]), RecordHeader("a", [])]
        new.partition = 2
        #expect(try await log.append([new]) == [.appended(partition: 2, offset: 2)])
        log.close()
        log = try fixture.open()
        let all = try log.all()
        #expect(all.dropLast() == old[...])
        #expect(all.last?.headers == new.headers)
        #expect(all.last?.position == LogPosition(rawValue: 5))
    }
}
