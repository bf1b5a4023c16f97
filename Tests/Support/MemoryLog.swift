package import EventLog
import Foundation

/// A log of several lanes that is only memory and does not de-duplicate: what Kafka looks like to those who follow it.
///
/// A lane is a partition, a position the offset plus one. Deliveries come on a thread of each subscription, some time after
/// the append has returned. It outlives those who are killed in a test.
// Every mutable field is read and written with `condition` held only.
package final class MemoryLog: EventLog, @unchecked Sendable {
    // Its fields are those of the log's state: only with `condition` held.
    private final class Subscriber: @unchecked Sendable {
        let topic: String
        let deliver: @Sendable ([LogRecord]) -> Void
        var positions: LogPositions
        var isCancelled = false
        var thread: Thread?
        var isDelivering = false

        init(_ topic: String, _ positions: LogPositions, _ deliver: @escaping @Sendable ([LogRecord]) -> Void) {
            self.topic = topic
            self.positions = positions
            self.deliver = deliver
        }
    }

    package let partitions: Int
    package let isDeduplicating = false
    package var lanes: Int { partitions }

    private let condition = NSCondition()
    private let batchLength: Int
    private var topics: [String: [[LogRecord]]] = [:]
    /// How many records a lane of a topic ever had; removed ones leave gaps in the offsets.
    private var ends: [String: [Int64]] = [:]
    private var failures: [String: LogError] = [:]
    private var isClosed = false

    /// An empty log.
    /// - Parameter batchLength: records of a delivery at most.
    package init(partitions: Int, batchLength: Int = 500) {
        self.partitions = partitions
        self.batchLength = batchLength
    }

    package func lane(of partition: Int) -> Int { partition }

    /// Makes appends to a topic fail until it is called with nil.
    package func fail(_ topic: String, with error: LogError?) {
        locked { failures[topic] = error }
    }

    /// Keeps only the last record of each key of a topic, and of those none that is empty, as compaction may at any time.
    package func compact(_ topic: String) {
        locked {
            for lane in 0..<partitions {
                guard let records = topics[topic]?[lane] else { continue }
                var last: [String: Int64] = [:]
                for record in records { last[record.key] = record.offset }
                topics[topic]?[lane] = records.filter { last[$0.key] == $0.offset && !$0.value.isEmpty }
            }
        }
    }

    /// Removes the records of a lane of a topic before an offset, as retention does.
    package func trim(_ topic: String, lane: Int, before offset: Int64) {
        locked { topics[topic]?[lane].removeAll { $0.offset < offset } }
    }

    /// All records of a topic, lane by lane.
    package func records(_ topic: String) -> [LogRecord] {
        locked { Array((topics[topic] ?? []).joined()) }
    }

    package func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] { try store(records) }

    package func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] { try store(records) }

    /// As ``append(_:)``, at once.
    @discardableResult
    package func store(_ records: [NewRecord]) throws(LogError) -> [AppendOutcome] {
        let result: Result<[AppendOutcome], LogError> = locked {
            if isClosed { return .failure(LogError(.closed, "the log is closed")) }
            for record in records {
                if let error = failures[record.topic] { return .failure(error) }
                if record.key.isEmpty && record.partition == nil {
                    return .failure(LogError(.invalidRecord, "a record without a key needs a partition"))
                }
            }
            return .success(records.map(place))
        }
        return try result.get()
    }

    private func place(_ record: NewRecord) -> AppendOutcome {
        let partition = record.partition ?? Murmur2.partition(of: record.key, count: partitions)
        let offset = ends[record.topic]?[partition] ?? 0
        ends[record.topic, default: Array(repeating: 0, count: partitions)][partition] = offset + 1
        topics[record.topic, default: Array(repeating: [], count: partitions)][partition].append(
            LogRecord(
                topic: record.topic, position: LogPosition(rawValue: UInt64(offset + 1)), partition: partition,
                offset: offset, key: record.key, id: record.id, value: record.value, timestamp: record.timestamp,
                headers: record.headers))
        return .appended(partition: partition, offset: offset)
    }

    package func read(
        topic: String, lane: Int, after position: LogPosition, limit: Int
    ) throws(LogError) -> [LogRecord] {
        locked { next(topic, lane, after: position, limit: limit) }
    }

    private func next(_ topic: String, _ lane: Int, after position: LogPosition, limit: Int) -> [LogRecord] {
        guard let records = topics[topic]?[lane], let last = records.last, last.position > position else { return [] }
        // Most often nothing was removed, and the place is the index.
        var start = Int(clamping: position.rawValue)
        if start > records.count || (start > 0 && records[start - 1].position != position)
            || (start == 0 && records[0].offset != 0)
        {
            start = records.firstIndex { $0.position > position } ?? records.count
        }
        return Array(records[start...].prefix(limit))
    }

    @discardableResult
    package func forEachRecord(
        topic: String, lane: Int, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition {
        var reached = position
        while true {
            let records = try read(topic: topic, lane: lane, after: reached, limit: 1_000)
            if records.isEmpty { return reached }
            for record in records {
                reached = record.position
                let goesOn = try Array(record.key.utf8).withUnsafeBytes { key in
                    try record.value.withUnsafeBytes { value in
                        try visit(
                            LogRecordView(
                                position: record.position, partition: record.partition, offset: record.offset,
                                timestamp: record.timestamp, key: key, value: value, headers: record.headers))
                    }
                }
                if !goesOn { return reached }
            }
        }
    }

    package func subscribe(
        topic: String, after positions: LogPositions, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription {
        let subscriber = Subscriber(topic, positions, deliver)
        while let records = locked({ take(for: subscriber) }) { deliver(records) }
        let thread = Thread { [self] in run(subscriber) }
        locked { subscriber.thread = thread }
        thread.start()
        return LogSubscription { [self] in cancel(subscriber) }
    }

    private func take(for subscriber: Subscriber) -> [LogRecord]? {
        for lane in subscriber.positions.lanes {
            let records = next(subscriber.topic, lane, after: subscriber.positions[lane], limit: batchLength)
            guard let last = records.last else { continue }
            subscriber.positions[lane] = last.position
            return records
        }
        return nil
    }

    private func run(_ subscriber: Subscriber) {
        condition.lock()
        while !subscriber.isCancelled && !isClosed {
            guard let records = take(for: subscriber) else {
                condition.wait()
                continue
            }
            subscriber.isDelivering = true
            condition.unlock()
            subscriber.deliver(records)
            condition.lock()
            subscriber.isDelivering = false
            condition.broadcast()
        }
        // The thread holds the subscriber: whoever is killed in a test would never be gone.
        subscriber.thread = nil
        condition.unlock()
    }

    private func cancel(_ subscriber: Subscriber) {
        locked {
            subscriber.isCancelled = true
            while subscriber.isDelivering && Thread.current !== subscriber.thread { condition.wait() }
        }
    }

    package func endPosition(topic: String, lane: Int) throws(LogError) -> LogPosition {
        locked { LogPosition(rawValue: UInt64(ends[topic]?[lane] ?? 0)) }
    }

    package func eraseRecords(
        topic: String, key: String, onErased: @escaping @Sendable () -> Void
    ) async throws(LogError) -> Int {
        throw LogError(.invalidRecord, "this log cannot erase records of a key")
    }

    package func close() {
        locked { isClosed = true }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body()
    }
}
