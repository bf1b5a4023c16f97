internal import CRdKafka
internal import EventLog
internal import Logging
internal import Synchronization
internal import Threads

/// The connection that appends: idempotent, so that what it sends again by itself is stored once and in order.
final class Producer: Sendable {
    private let client: KafkaClient
    private let thread: WorkThread
    private let isEnded: Ended
    /// How far ahead of this machine's clock a record's timestamp may be; a later one is set to this.
    private static let furthestMilliseconds: Int64 = 50 * 60_000
    private let senders = Monitor(Senders())

    private struct Senders {
        var count = 0
        var isClosed = false
    }

    private final class Ended: Sendable {
        let flag = Atomic(false)
    }

    init(_ configuration: KafkaLogConfiguration, _ watch: KafkaWatch) throws(LogError) {
        let client = try KafkaClient(.producing, configuration, watch)
        let isEnded = Ended()
        self.client = client
        self.isEnded = isEnded
        do {
            thread = try WorkThread {
                while !isEnded.flag.load(ordering: .acquiring) { client.poll(milliseconds: 100) }
            }
        } catch {
            throw LogError(.inputOutput, error.description)
        }
    }

    /// Sends records in order; what cannot be sent fails, and all after it.
    func send(_ records: ArraySlice<NewRecord>, partitions: Int, _ pending: PendingAppend) {
        let isClosed = senders.update { senders in
            if !senders.isClosed { senders.count += 1 }
            return senders.isClosed
        }
        if isClosed { return pending.fail(from: 0, RD_KAFKA_RESP_ERR__DESTROY) }
        defer { senders.update { $0.count -= 1 } }
        // Kafka refuses records from more than an hour ahead, and takes 0 for now.
        let times = 1...Logger.wallClock() + Self.furthestMilliseconds
        var topic: (name: String, handle: OpaquePointer)?
        for (index, record) in records.enumerated() {
            if topic?.name != record.topic { topic = (record.topic, client.topic(record.topic)) }
            guard let topic else { continue }
            let error = send(record, topic.handle, record.partition(count: partitions), times, pending.opaque(index))
            if error != RD_KAFKA_RESP_ERR_NO_ERROR { return pending.fail(from: index, error) }
        }
    }

    private func send(
        _ record: NewRecord, _ topic: OpaquePointer, _ partition: Int, _ times: ClosedRange<Int64>,
        _ opaque: UnsafeMutableRawPointer
    ) -> rd_kafka_resp_err_t {
        let headers = Self.headers(record.headers)
        let error = record.withKeyBytes { key in
            record.value.withUnsafeBytes { value in
                crdkafka_produce(
                    client.handle, topic, Int32(partition), key.isEmpty ? nil : key.baseAddress, key.count,
                    value.isEmpty ? nil : value.baseAddress, value.count, times.nearest(to: record.timestamp), headers,
                    opaque)
            }
        }
        if error != RD_KAFKA_RESP_ERR_NO_ERROR, let headers { rd_kafka_headers_destroy(headers) }
        return error
    }

    private static func headers(_ headers: [RecordHeader]) -> OpaquePointer? {
        guard !headers.isEmpty, let list = rd_kafka_headers_new(headers.count) else { return nil }
        for header in headers {
            header.value.withUnsafeBytes { value in
                _ = rd_kafka_header_add(
                    list, header.name, -1, value.baseAddress ?? UnsafeRawPointer(bitPattern: 1), value.count)
            }
        }
        return list
    }

    /// Gives up what was not acknowledged.
    func purge() {
        rd_kafka_purge(
            client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)
    }

    /// Whether a broker answers within a time.
    func isAnswered(within time: Duration) -> Bool {
        KafkaTopicList(client, topic: nil, within: time) != nil
    }

    /// Waits for acknowledgements for a time, gives up the rest, and ends.
    func close(within time: Duration) {
        senders.update { $0.isClosed = true }
        senders.wait { $0.count == 0 ? () : nil }
        if time > .zero { rd_kafka_flush(client.handle, Int32(time.wholeMilliseconds)) }
        purge()
        // What was given up is reported at once; without its report an append would wait for ever.
        while rd_kafka_outq_len(client.handle) > 0 { rd_kafka_flush(client.handle, 100) }
        isEnded.flag.store(true, ordering: .releasing)
        thread.join()
    }
}

extension ClosedRange<Int64> {
    fileprivate func nearest(to value: Int64) -> Int64 { Swift.min(Swift.max(value, lowerBound), upperBound) }
}
