import CMessages
package import Contracts
package import Domain

/// Re-rank: the items of answers, chosen from lists of scored candidates.
package enum ArrangeMessages: CallMessages {
    /// What re-ranking reads of a batch of candidates.
    package struct Request: Sendable {
        package var model: String
        /// Query `q` owns the range `offsets[q]..<offsets[q + 1]` of items and scores.
        package var offsets: [Int]
        package var items: [ItemNumber]
        package var scores: [Float]
        package var queries: [RerankQuery]

        package init(
            model: String, offsets: [Int], items: [ItemNumber], scores: [Float], queries: [RerankQuery]
        ) {
            self.model = model
            self.offsets = offsets
            self.items = items
            self.scores = scores
            self.queries = queries
        }
    }

    /// Stands for a diversity that is the model's.
    private static let modelsDiversity: Float = -1

    private static let request = FieldReading(message: "a request for an arrangement")
    private static let answer = FieldReading(message: "an arrangement")

    package static func encode(request: Request) -> [UInt8] {
        Wire.bytes(of: cascade__arrange_request__init) { memory, message in
            let count = request.queries.count
            message.model = memory.copy(request.model)
            message.n_counts = request.offsets.count - 1
            message.counts = CandidateFields.counts(of: request.offsets, in: memory)
            message.n_items = request.items.count
            message.items = memory.copy(request.items)
            message.n_scores = request.scores.count
            message.scores = memory.copy(request.scores)
            message.n_wanted = count
            message.wanted = memory.copy(request.queries.map { UInt32(clamping: $0.count) })
            message.n_diversities = count
            message.diversities = memory.copy(request.queries.map { $0.diversity ?? modelsDiversity })
        }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Request {
        try Wire.read(bytes, as: request.message, cascade__arrange_request__unpack) { message throws(MessageError) in
            let count = message.n_counts
            try request.require(
                message.n_scores == message.n_items && message.n_wanted == count && message.n_diversities == count,
                "its lists differ in length")
            let diversities = try request.numbers(message.diversities, count: count)
            var queries: [RerankQuery] = []
            queries.reserveCapacity(count)
            for query in 0..<count {
                let wanted = Int(message.wanted[query])
                try request.require(wanted <= MessageLimits.candidates, "an answer of \(wanted) items is wanted")
                let diversity = diversities[query]
                queries.append(RerankQuery(count: wanted, diversity: diversity < 0 ? nil : diversity))
            }
            return Request(
                model: try request.text(message.model, limit: RecordLimits.idBytes),
                offsets: try CandidateFields.offsets(
                    message.counts, count: count, total: message.n_items, as: request),
                items: Array(message.items, count: message.n_items),
                scores: try request.numbers(message.scores, count: message.n_scores), queries: queries)
        }
    }

    package static func encode(answer: Arrangement) -> [UInt8] {
        Wire.bytes(of: cascade__arrange_answer__init) { memory, message in
            message.n_counts = answer.offsets.count - 1
            message.counts = CandidateFields.counts(of: answer.offsets, in: memory)
            message.n_chosen = answer.chosen.count
            message.chosen = memory.copy(answer.chosen.map { UInt32($0) })
        }
    }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> Arrangement {
        try Wire.read(bytes, as: answer.message, cascade__arrange_answer__unpack) { message throws(MessageError) in
            Arrangement(
                offsets: try CandidateFields.offsets(
                    message.counts, count: message.n_counts, total: message.n_chosen, as: answer),
                chosen: Array(message.chosen, count: message.n_chosen).map { Int($0) })
        }
    }
}
