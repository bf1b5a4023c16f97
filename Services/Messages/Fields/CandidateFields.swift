import CMessages
import Contracts

/// Batches of candidates as fields of messages.
enum CandidateFields {
    static func write(
        _ batch: CandidateBatch, to message: inout Cascade__CandidateBatch, in memory: borrowing MessageMemory
    ) {
        message.model = memory.copy(batch.model)
        message.dimensions = UInt32(batch.dimensions)
        message.n_user_vectors = batch.userVectors.count
        message.user_vectors = memory.copy(batch.userVectors)
        message.n_counts = batch.count
        message.counts = counts(of: batch.offsets, in: memory)
        message.n_items = batch.items.count
        message.items = memory.copy(batch.items)
        message.n_scores = batch.scores.count
        message.scores = memory.copy(batch.scores)
        let sources = memory.room(for: batch.sources.count, of: UInt8.self)
        for (place, source) in batch.sources.enumerated() { sources[place] = source.rawValue }
        message.sources = ProtobufCBinaryData(len: batch.sources.count, data: sources)
    }

    static func read(
        _ message: Cascade__CandidateBatch, as fields: FieldReading
    ) throws(MessageError) -> CandidateBatch {
        let (queries, items) = (message.n_counts, message.n_items)
        try fields.require(
            message.dimensions <= MessageLimits.dimensions
                && message.n_user_vectors == queries * Int(message.dimensions) && message.n_scores == items
                && message.sources.len == items,
            "the lists of candidates differ in length")
        let sources = [CandidateSource](unsafeUninitializedCapacity: items) { buffer, count in
            while count < items {
                buffer.initializeElement(at: count, to: CandidateSource(rawValue: message.sources.data[count]))
                count += 1
            }
        }
        return CandidateBatch(
            model: try fields.text(message.model, limit: RecordLimits.idBytes), dimensions: Int(message.dimensions),
            userVectors: try fields.numbers(message.user_vectors, count: message.n_user_vectors),
            offsets: try offsets(message.counts, count: queries, total: items, as: fields),
            items: Array(message.items, count: items),
            scores: try fields.numbers(message.scores, count: items), sources: sources)
    }

    /// How long the list of each query is.
    static func counts(of offsets: [Int], in memory: borrowing MessageMemory) -> UnsafeMutablePointer<UInt32>? {
        guard offsets.count > 1 else { return nil }
        let counts = memory.room(for: offsets.count - 1, of: UInt32.self)
        for query in 0..<(offsets.count - 1) { counts[query] = UInt32(offsets[query + 1] - offsets[query]) }
        return counts
    }

    /// Where each query's list begins, and where the last one ends, which is at `total`.
    static func offsets(
        _ counts: UnsafeMutablePointer<UInt32>?, count: Int, total: Int, as fields: FieldReading
    ) throws(MessageError) -> [Int] {
        try fields.require(count <= MessageLimits.queries, "it has \(count) queries")
        var offsets = [0]
        offsets.reserveCapacity(count + 1)
        var end = 0
        for query in 0..<count {
            end += Int(counts![query])
            offsets.append(end)
        }
        try fields.require(end == total, "the lengths of lists do not add up")
        return offsets
    }
}
