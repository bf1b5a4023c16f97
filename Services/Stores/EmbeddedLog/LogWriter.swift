internal import EventLog
internal import SQLite

/// The only one who changes the file. Lives on the log's thread.
// Made on the thread that opens the log, then used by the log's thread only.
final class LogWriter: @unchecked Sendable {
    let database: SQLiteDatabase
    let directory: LogDirectory
    let partitions: Int
    /// Reads with the writer's own connection.
    let reader: LogReader
    var topics: [String: LogTopicWriter] = [:]
    var nextPosition: Int64 = 1
    var subscribers: [LogSubscriber] = []
    private let storeCounter: SQLiteStatement

    init(path: String, configuration: EmbeddedLogConfiguration, directory: LogDirectory) throws {
        var options = SQLiteOptions()
        options.pageCacheBytes = configuration.pageCacheBytes
        options.maximumFileBytes = configuration.maximumFileBytes
        options.overwritesDeleted = true
        options.checkpointPages = 16_384
        let wanted = configuration.partitions
        database = try SQLiteDatabase(path: path, format: LogSchema.format, options: options) {
            database throws(SQLiteError) in
            try LogSchema.create(database, partitions: wanted)
        } migrate: { database, version throws(SQLiteError) in
            try LogSchema.migrate(database, from: version)
        }
        self.directory = directory
        reader = LogReader(sharing: database)
        storeCounter = try database.prepare("INSERT OR REPLACE INTO counters (topic, partition, next) VALUES (?, ?, ?)")
        guard let stored = try database.integer("SELECT next FROM counters WHERE topic = 0 AND partition = 1"),
            stored > 0
        else { throw LogError(.corrupt, "\(path) lacks its number of partitions: restore it from a copy.") }
        partitions = Int(stored)
        try load()
    }

    /// Reads topics and counters; also after a transaction that was undone.
    func load() throws {
        nextPosition = try database.integer("SELECT next FROM counters WHERE topic = 0 AND partition = 0") ?? 1
        topics = [:]
        let rows = try database.prepare("SELECT number, name FROM topics")
        while try rows.step() {
            let number = rows.int64(0)
            let end = try database.integer("SELECT max(position) FROM topic_\(number)") ?? 0
            let topic = try makeTopic(rows.string(1), number, end: LogPosition(rawValue: UInt64(end)))
            let counters = try database.prepare("SELECT partition, next FROM counters WHERE topic = ?")
            try counters.bind(number, at: 1)
            while try counters.step() { topic.nextOffsets[Int(counters.int64(0))] = counters.int64(1) }
            topics[topic.name] = topic
            directory.publish(topic.name, number: number, end: topic.end)
        }
    }

    /// Stores records in the open transaction.
    /// - Parameter stored: gets each record that was new.
    func insert(_ records: [NewRecord], stored: (LogRecord) -> Void, isWatched: Bool) throws -> [AppendOutcome] {
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(records.count)
        var topic: LogTopicWriter?
        for record in records {
            if topic?.name != record.topic { topic = try self.topic(record.topic) }
            guard let topic else { continue }
            let partition = record.partition(count: partitions)
            let offset = topic.nextOffsets[partition]
            guard try insert(record, in: topic, partition, offset) else {
                outcomes.append(.duplicate)
                continue
            }
            topic.nextOffsets[partition] = offset + 1
            topic.isDirty[partition] = true
            topic.end = LogPosition(rawValue: UInt64(nextPosition))
            nextPosition += 1
            outcomes.append(.appended(partition: partition, offset: offset))
            guard isWatched else { continue }
            stored(LogRecord(record, position: topic.end, partition: partition, offset: offset))
        }
        return outcomes
    }

    /// Stores the counters that the open transaction has changed.
    func storeCounters() throws {
        try store(topic: 0, partition: 0, nextPosition)
        for topic in topics.values {
            for partition in 0..<partitions where topic.isDirty[partition] {
                try store(topic: topic.number, partition: partition, topic.nextOffsets[partition])
                topic.isDirty[partition] = false
            }
        }
    }

    private func store(topic: Int64, partition: Int, _ next: Int64) throws {
        try storeCounter.bind(topic, at: 1)
        try storeCounter.bind(partition, at: 2)
        try storeCounter.bind(next, at: 3)
        try storeCounter.run()
    }

    /// - Returns: whether it was new.
    private func insert(
        _ record: NewRecord, in topic: LogTopicWriter, _ partition: Int, _ offset: Int64
    ) throws -> Bool {
        let statement = topic.insert
        try statement.bind(nextPosition, at: 1)
        try statement.bind(partition, at: 2)
        try statement.bind(offset, at: 3)
        try statement.bind(record.timestamp, at: 4)
        try bindKey(of: record, to: statement)
        if let id = record.id { try statement.bind(id, at: 6) } else { try statement.bindNull(at: 6) }
        if record.headers.isEmpty {
            try statement.bindNull(at: 8)
        } else {
            try statement.bind(blob: HeaderCoding.encode(record.headers), at: 8)
        }
        return try record.value.withUnsafeBytes { value in
            try statement.bind(unownedBlob: value, at: 7)
            try statement.run()
            return database.changes == 1
        }
    }

    private func bindKey(of record: NewRecord, to statement: SQLiteStatement) throws(SQLiteError) {
        if record.isKeyText {
            try statement.bind(record.key, at: 5)
        } else {
            try statement.bind(blob: record.keyBytes, at: 5)
        }
    }

    private func topic(_ name: String) throws -> LogTopicWriter {
        if let topic = topics[name] { return topic }
        let number = try LogSchema.createTopic(database, name: name)
        let topic = try makeTopic(name, number, end: .start)
        topics[name] = topic
        return topic
    }

    private func makeTopic(_ name: String, _ number: Int64, end: LogPosition) throws -> LogTopicWriter {
        LogTopicWriter(
            name: name, number: number, insert: try database.prepare(LogSchema.insert(topic: number)),
            nextOffsets: [Int64](repeating: 0, count: partitions), end: end)
    }
}
