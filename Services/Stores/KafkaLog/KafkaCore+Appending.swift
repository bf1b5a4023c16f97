internal import EventLog
internal import Metrics

extension KafkaCore {
    func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        guard !records.isEmpty else { return [] }
        let bytes = try check(records[...])
        do {
            try watch.health.check()
            try queue.enter(records: records.count, bytes: bytes)
        } catch {
            watch.metrics.refused.add(UInt64(records.count))
            throw error
        }
        return try await send(records[...], bytes: bytes)
    }

    func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome] {
        _ = try check(records[...])
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(records.count)
        while outcomes.count < records.count {
            let part = part(of: records, from: outcomes.count)
            try watch.health.check()
            queue.enterAnyway(records: part.records.count, bytes: part.bytes)
            outcomes += try await send(part.records, bytes: part.bytes)
        }
        return outcomes
    }

    /// The next records of a bulk append that are sent together, at least one.
    private func part(of records: [NewRecord], from start: Int) -> (records: ArraySlice<NewRecord>, bytes: Int) {
        var end = start
        var bytes = 0
        repeat {
            bytes += LogLimits.size(of: records[end])
            end += 1
        } while end < records.count && end - start < configuration.bulkRecords
            && bytes < configuration.maximumQueuedBytes / 4
        return (records[start..<end], bytes)
    }

    private func send(_ records: ArraySlice<NewRecord>, bytes: Int) async throws(LogError) -> [AppendOutcome] {
        let producer: Producer
        do {
            producer = try producers.current()
        } catch {
            queue.leave(records: records.count, bytes: bytes)
            throw error
        }
        let result: Result<[AppendOutcome], LogError> = await withCheckedContinuation { continuation in
            let pending = PendingAppend(count: records.count) { [watch, queue] result, failures in
                queue.leave(records: records.count, bytes: bytes)
                watch.metrics.produced.add(UInt64(records.count - failures))
                watch.metrics.failed.add(UInt64(failures))
                if case .failure(let error) = result, error.code == .unavailable { watch.health.suspect(.silent) }
                continuation.resume(returning: result)
            }
            producer.send(records, partitions: configuration.partitions, pending)
        }
        return try result.get()
    }

    /// - Returns: the size of all.
    private func check(_ records: ArraySlice<NewRecord>) throws(LogError) -> Int {
        var bytes = 0
        for record in records {
            try limits.check(record)
            let size = LogLimits.size(of: record)
            guard size <= configuration.maximumRecordBytes else {
                throw LogError(
                    .invalidRecord,
                    "A record has \(size) bytes; \(configuration.maximumRecordBytes) are allowed.")
            }
            guard topics.contains(record.topic) else {
                throw LogError(.invalidRecord, "\(record.topic) is not one of the topics that this process uses.")
            }
            bytes += size
        }
        return bytes
    }
}
