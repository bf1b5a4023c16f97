package import EventLog

/// The first place of a record that was forwarded to its home partition, or that stands in the dead-letter topic.
///
/// A record whose producer put it elsewhere than `murmur2(user) % partitions` is appended unchanged to that partition with
/// the header `cascade-forwarded: <partition>/<offset>`; one that has the header is never forwarded again.
package struct RecordOrigin: Sendable, Equatable {
    /// The name of the header of a forwarded record.
    package static let header = "cascade-forwarded"

    package let partition: Int
    package let offset: Int64

    package init(partition: Int, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    /// What the headers of a record say; nil for one that was not forwarded.
    package init?(_ headers: [RecordHeader]) {
        guard !headers.isEmpty, let header = headers.last(where: { $0.name == Self.header }) else { return nil }
        let parts = String(decoding: header.value, as: UTF8.self).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let partition = Int(parts[0]), let offset = Int64(parts[1]), partition >= 0, offset >= 0
        else { return nil }
        self.init(partition: partition, offset: offset)
    }

    /// The header that says so.
    package var recordHeader: RecordHeader { RecordHeader(Self.header, "\(partition)/\(offset)") }

    /// The id of an event that has none of its own: the same for each copy of the record.
    package var eventID: String { "\(partition)-\(offset)" }
}

extension LogRecord {
    /// The copy of a record for another partition, with the header that names the first place.
    package func forwarded(to partition: Int) -> NewRecord {
        let origin = RecordOrigin(partition: self.partition, offset: offset)
        var copy = NewRecord(
            topic: topic, key: key, id: id, value: value, timestamp: timestamp,
            headers: headers + [origin.recordHeader], partition: partition)
        copy.keyBytes = keyBytes
        return copy
    }
}
