import Domain
import EventLog
import JSON
import Synchronization

/// Turns records into batches of events. A record that is no event is passed over and counted, never a reason to stop.
final class EventBatchDecoder: Sendable {
    private let parser = Mutex(JSONParser())

    /// The events of some records; O(bytes).
    func batch(of records: [LogRecord], lane: Int) -> EventBatch {
        var batch = EventBatch(lane: lane)
        batch.entries.reserveCapacity(records.count)
        parser.withLock { parser in
            for record in records {
                record.value.withUnsafeBytes { append($0, at: record.position, to: &batch, parser) }
            }
        }
        return batch
    }

    /// Reads a lane of the log from a position up to its end and hands it on in batches.
    /// - Returns: where it ended.
    func replay(
        _ log: any EventLog, topic: String, lane: Int, after position: LogPosition, _ deliver: (EventBatch) -> Void
    ) throws -> LogPosition {
        let parser = JSONParser()
        var batch = EventBatch(lane: lane, end: position)
        var count = 0
        try log.forEachRecord(topic: topic, lane: lane, after: position) { record in
            append(record.value, at: record.position, to: &batch, parser)
            count += 1
            if count % EventFeed.batchLength == 0 {
                deliver(batch)
                batch.entries.removeAll(keepingCapacity: true)
                batch.unreadable = 0
            }
            return true
        }
        if count % EventFeed.batchLength != 0 { deliver(batch) }
        return batch.end
    }

    private func append(
        _ value: UnsafeRawBufferPointer, at position: LogPosition, to batch: inout EventBatch, _ parser: JSONParser
    ) {
        batch.end = position
        do {
            let event = try parser.withDocument(value) { try EventJSON.event(from: $0, rules: .log) }
            batch.entries.append(EventBatch.Entry(position: position, event: event))
        } catch {
            batch.unreadable += 1
        }
    }
}
