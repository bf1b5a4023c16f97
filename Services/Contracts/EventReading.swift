package import EventLog
package import JSON
package import Domain

/// How events are read out of a log's records: the same for services and for training.
///
/// The embedded log holds what was checked before it was stored. Kafka holds what anybody wrote: an event there may leave
/// out its `event_id`, which is then derived from its first place, and its `ts`, which is then the record's time; and it
/// may lie in another partition than its user's.
package struct EventReading: Sendable {
    /// What a record is.
    package enum Outcome {
        case event(Event)
        /// An event of a user whose home is this other partition.
        case misplaced(home: Int)
        case unreadable(DeadLetter.Reason, detail: String)
    }

    private let partitions: Int
    private let isChecked: Bool

    /// For the records of a log.
    package init(_ log: any EventLog) {
        partitions = log.partitions
        isChecked = log.isDeduplicating
    }

    /// Reads the value of a record. O(bytes), under a microsecond for a usual event.
    package func outcome(
        _ value: UnsafeRawBufferPointer, partition: Int, offset: Int64, timestamp: Int64,
        headers: @autoclosure () -> [RecordHeader], _ parser: JSONParser
    ) -> Outcome {
        let rules = isChecked ? EventJSON.Rules.log : .stream(timestamp: timestamp)
        do {
            var event = try parser.withDocument(value) { try EventJSON.event(from: $0, rules: rules) }
            guard !isChecked else { return .event(event) }
            let home = Murmur2.partition(of: event.user, count: partitions)
            guard home == partition else { return .misplaced(home: home) }
            if event.id.isEmpty {
                let origin = RecordOrigin(headers()) ?? RecordOrigin(partition: partition, offset: offset)
                event.id = origin.eventID
            }
            return .event(event)
        } catch let error as RecordError {
            let isUserless = error.field == "user" && error.code == .missingField
            return .unreadable(isUserless ? .noUser : .unreadable, detail: error.message)
        } catch {
            return .unreadable(.unreadable, detail: "\(error)")
        }
    }

    /// As the form for a value in place.
    package func outcome(_ record: LogRecord, _ parser: JSONParser) -> Outcome {
        record.value.withUnsafeBytes {
            outcome(
                $0, partition: record.partition, offset: record.offset, timestamp: record.timestamp,
                headers: record.headers, parser)
        }
    }

    /// As the form for a value in place.
    package func outcome(_ record: borrowing LogRecordView, _ parser: JSONParser) -> Outcome {
        let headers = record.headers
        return outcome(
            record.value, partition: record.partition, offset: record.offset, timestamp: record.timestamp,
            headers: headers, parser)
    }
}
