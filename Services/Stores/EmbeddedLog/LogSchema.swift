internal import EventLog
internal import SQLite

/// The tables of the file.
///
///     topics     number, name
///     counters   topic, partition, next          next offsets; topic 0, partition 0: the next position of all topics
///                                                topic 0, partition 1: the number of partitions
///     topic_N    position, partition, offset, timestamp, key, id, value, headers      one table a topic
///
/// Version 1 had no headers. A key is text, or a blob where its bytes are not UTF-8; headers are ``HeaderCoding``'s, null
/// where there are none.
/// Counters are stored because the last records may be erased, and no position is ever used twice.
/// Ids are unique within a topic by an index over their text: exact without any argument about collisions, and ids that
/// count up (those of imports) are inserted at one place of it, where hashes would touch a page each.
enum LogSchema {
    /// "CscL".
    static let format = SQLiteFormat(applicationID: 0x4373_634c, version: 2)

    static func create(_ database: SQLiteDatabase, partitions: Int) throws(SQLiteError) {
        try database.execute(
            """
            CREATE TABLE topics (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE counters (
                topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
                PRIMARY KEY (topic, partition)
            ) WITHOUT ROWID;
            INSERT INTO counters VALUES (0, 0, 1), (0, 1, \(partitions));
            """)
    }

    /// Brings a file of version 1 up to date. O(topics).
    static func migrate(_ database: SQLiteDatabase, from version: Int32) throws(SQLiteError) {
        var numbers: [Int64] = []
        let topics = try database.prepare("SELECT number FROM topics")
        while try topics.step() { numbers.append(topics.int64(0)) }
        for number in numbers { try database.execute("ALTER TABLE topic_\(number) ADD COLUMN headers BLOB") }
    }

    static func createTopic(_ database: SQLiteDatabase, name: String) throws(SQLiteError) -> Int64 {
        let insert = try database.prepare("INSERT INTO topics (name) VALUES (?)")
        try insert.bind(name, at: 1)
        try insert.run()
        let number = database.lastInsertedRow
        try database.execute(
            """
            CREATE TABLE topic_\(number) (
                position INTEGER PRIMARY KEY, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
                timestamp INTEGER NOT NULL, key TEXT NOT NULL, id TEXT, value BLOB NOT NULL, headers BLOB);
            CREATE UNIQUE INDEX topic_\(number)_id ON topic_\(number) (id) WHERE id IS NOT NULL;
            """)
        return number
    }

    static func insert(topic number: Int64) -> String {
        """
        INSERT INTO topic_\(number) (position, partition, offset, timestamp, key, id, value, headers)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) WHERE id IS NOT NULL DO NOTHING
        """
    }

    static func select(topic number: Int64) -> String {
        """
        SELECT position, partition, offset, timestamp, key, value, id, headers FROM topic_\(number)
        WHERE position > ? ORDER BY position LIMIT ?
        """
    }

    static func selectKeys(topic number: Int64) -> String {
        "SELECT position, key FROM topic_\(number) WHERE position > ? ORDER BY position LIMIT ?"
    }

    static func delete(topic number: Int64) -> String {
        "DELETE FROM topic_\(number) WHERE position = ?"
    }
}
