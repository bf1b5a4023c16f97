package import EventLog
internal import SQLite
internal import Synchronization
internal import Threads

/// The log in one SQLite file, for a single process: what `cascade up` uses when no Kafka is configured.
///
/// One thread writes. It takes everything that waits and stores it in one transaction (write-ahead log,
/// synchronous=FULL), so that many appends share one write to the device; then it hands the records to the consumers,
/// then it answers the appends. A request that comes after an append was answered therefore sees its effect.
///
/// A process that is killed loses nothing that was answered: SQLite replays its write-ahead log at the next open.
package final class EmbeddedLog: EventLog, Sendable {
    package let partitions: Int
    /// The last position that any record had when the log was opened, whether or not the record is still there. Whoever
    /// remembers a later one has seen another file.
    package let lastPositionAtOpening: LogPosition
    private let queue: LogQueue
    private let directory = LogDirectory()
    private let readers: LogReaderPool
    private let thread: WorkThread
    private let isClosed = Atomic(false)
    private let bulkCommitRecords: Int
    private let limits: LogLimits
    private static let batch = 4096

    /// Opens the log at a path, or makes it. The folder must be there, and no other process may write the file.
    /// - Throws: `unknownFormat` for another program's file or one of a newer version, `corrupt`, `inaccessible`, ….
    package init(
        path: String, configuration: EmbeddedLogConfiguration = EmbeddedLogConfiguration()
    ) throws(LogError) {
        precondition(configuration.partitions > 0, "A topic has at least one partition.")
        let writer: LogWriter
        do {
            writer = try LogWriter(path: path, configuration: configuration, directory: directory)
        } catch {
            throw LogError(error)
        }
        let queue = LogQueue(
            maximumRecords: configuration.maximumQueuedRecords, maximumBytes: configuration.maximumQueuedBytes)
        let commitRecords = configuration.maximumCommitRecords
        self.queue = queue
        partitions = writer.partitions
        lastPositionAtOpening = LogPosition(rawValue: UInt64(max(0, writer.nextPosition - 1)))
        let readers = LogReaderPool(path: path)
        self.readers = readers
        bulkCommitRecords = max(1, configuration.bulkCommitRecords)
        limits = LogLimits(partitions: writer.partitions, valueBytes: 16 << 20)
        do {
            thread = try WorkThread {
                writer.run(queue, maximumCommitRecords: commitRecords)
                // Before the writer: it can empty the write-ahead log only as the file's last connection.
                readers.close()
            }
        } catch {
            throw LogError(error)
        }
    }

    deinit {
        close()
    }

    package func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        var bytes = 0
        for record in records {
            try limits.check(record)
            bytes += LogLimits.size(of: record)
        }
        guard !records.isEmpty else { return [] }
        return try await outcome { .append(records, bytes: bytes, $0) }
    }

    package func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        for record in records { try limits.check(record) }
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(records.count)
        var start = 0
        while start < records.count {
            let end = min(start + bulkCommitRecords, records.count)
            let part = start == 0 && end == records.count ? records : Array(records[start..<end])
            outcomes += try await outcome { .bulk(part, $0) }
            start = end
        }
        return outcomes
    }

    package func read(topic: String, after position: LogPosition, limit: Int) throws(LogError) -> [LogRecord] {
        try reading { reader in
            guard let number = directory[topic]?.number else { return [] }
            return try reader.read(topic: topic, number, after: position, limit: limit)
        }
    }

    @discardableResult
    package func forEachRecord(
        topic: String, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition {
        do {
            return try readers.withReader { reader in
                guard let number = directory[topic]?.number else { return position }
                return try reader.visit(topic: number, after: position, visit)
            }
        } catch let error as SQLiteError {
            throw LogError(error)
        }
    }

    package func endPosition(topic: String) throws(LogError) -> LogPosition {
        guard !isClosed.load(ordering: .acquiring) else { throw LogQueue.closed }
        return directory[topic]?.end ?? .start
    }

    package func subscribe(
        topic: String, after position: LogPosition, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription {
        let subscriber = LogSubscriber(topic: topic, deliver: deliver)
        var reached = position
        while true {
            let records = try read(topic: topic, after: reached, limit: Self.batch)
            subscriber.deliver(records)
            if let last = records.last { reached = last.position }
            if records.count < Self.batch { break }
        }
        // The writer delivers what came meanwhile, and cannot commit more before the consumer is in its list.
        let start = reached
        let attached = Monitor<Result<Void, LogError>?>(nil)
        try queue.submit(
            .task { writer in
                let result = Result { try writer.attach(subscriber, after: start, batch: Self.batch) }
                attached.update { $0 = result.mapError { LogError($0) } }
            })
        try attached.wait { $0 }.get()
        return LogSubscription { subscriber.cancel() }
    }

    package func eraseRecords(
        topic: String, key: String, onErased: @escaping @Sendable () -> Void
    ) async throws(LogError) -> Int {
        let result: Result<Int, LogError> = await withCheckedContinuation { continuation in
            // The search reads the whole topic: on a thread of its own it holds up neither the caller's loop nor commits.
            do {
                try WorkThread { [queue, directory, readers] in
                    Self.erase(topic, key, queue, directory, readers, onErased) { continuation.resume(returning: $0) }
                }.detach()
            } catch {
                continuation.resume(returning: .failure(LogError(error)))
            }
        }
        return try result.get()
    }

    package func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.close()
        thread.join()
    }

    private static func erase(
        _ topic: String, _ key: String, _ queue: LogQueue, _ directory: LogDirectory, _ readers: LogReaderPool,
        _ onErased: @escaping @Sendable () -> Void, _ completion: @escaping @Sendable (Result<Int, LogError>) -> Void
    ) {
        do {
            let found = try readers.withReader { reader -> (matches: [Int64], last: LogPosition) in
                guard let number = directory[topic]?.number else { return ([], .start) }
                return try reader.positions(topic: number, key: key, after: .start)
            }
            try queue.submit(
                .task { writer in
                    let result = Result {
                        try writer.erase(topic: topic, key: key, found: found.matches, scanned: found.last)
                    }
                    if case .success = result { onErased() }
                    completion(result.mapError { LogError($0) })
                })
        } catch {
            completion(.failure(LogError(error)))
        }
    }

    private func outcome(
        _ job: (@escaping LogJob.Completion) -> LogJob
    ) async throws(LogError) -> [AppendOutcome] {
        let result: Result<[AppendOutcome], LogError> = await withCheckedContinuation { continuation in
            do throws(LogError) {
                try queue.submit(job { continuation.resume(returning: $0) })
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    private func reading<Result>(_ body: (LogReader) throws -> Result) throws(LogError) -> Result {
        do {
            return try readers.withReader(body)
        } catch {
            throw LogError(error)
        }
    }
}
