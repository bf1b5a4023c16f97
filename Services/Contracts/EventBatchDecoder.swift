import EventLog
import JSON
import Synchronization

/// Turns records into batches of events. A record that is no event is passed over and told, never a reason to stop.
final class EventBatchDecoder: Sendable {
    private let parser = Mutex(JSONParser())
    private let reading: EventReading

    init(_ log: any EventLog) {
        reading = EventReading(log)
    }

    /// The events of some records of one lane; O(bytes).
    func batch(of records: [LogRecord], lane: Int) -> EventBatch {
        var batch = EventBatch(lane: lane, records: records, end: records.last?.position ?? .start)
        batch.entries.reserveCapacity(records.count)
        parser.withLock { parser in
            for (index, record) in records.enumerated() {
                batch.append(reading.outcome(record, parser), at: record.position, index)
            }
        }
        return batch
    }

    /// Reads a lane of the log from a position up to its end and hands it on in batches, without copies of the records.
    /// - Returns: where it ended.
    func replay(
        _ log: any EventLog, topic: String, lane: Int, after position: LogPosition, _ deliver: (EventBatch) -> Void
    ) throws -> LogPosition {
        let parser = JSONParser()
        var batch = EventBatch(lane: lane, end: position)
        var count = 0
        try log.forEachRecord(topic: topic, lane: lane, after: position) { record in
            batch.end = record.position
            batch.append(reading.outcome(record, parser), at: record.position, count % EventFeed.batchLength)
            count += 1
            if count % EventFeed.batchLength == 0 {
                deliver(batch)
                batch.entries.removeAll(keepingCapacity: true)
                batch.unreadable.removeAll(keepingCapacity: true)
                batch.misplaced.removeAll(keepingCapacity: true)
            }
            return true
        }
        if count % EventFeed.batchLength != 0 { deliver(batch) }
        return batch.end
    }
}

extension EventBatch {
    fileprivate mutating func append(_ outcome: EventReading.Outcome, at position: LogPosition, _ index: Int) {
        switch outcome {
        case .event(let event): entries.append(Entry(position: position, event: event, record: index))
        case .misplaced(let home): misplaced.append(Misplaced(record: index, home: home))
        case .unreadable(let reason, let detail):
            unreadable.append(Unreadable(position: position, record: index, reason: reason, detail: detail))
        }
    }
}
