import CMessages
package import Contracts

/// Recall: candidates for some queries.
package enum CandidatesMessages: CallMessages {
    private static let request = FieldReading(message: "a request for candidates")
    private static let answer = FieldReading(message: "an answer of candidates")

    package static func encode(request queries: [RecallQuery]) -> [UInt8] {
        Wire.bytes(of: cascade__candidates_request__init) { memory, message in
            let count = queries.count
            let messages = memory.room(for: count, of: Cascade__RecallQuery.self, cascade__recall_query__init)
            let users = memory.room(for: count, of: Cascade__UserState.self, cascade__user_state__init)
            for (place, query) in queries.enumerated() {
                UserStateFields.write(query.user, to: &users[place], in: memory)
                messages[place].user = users + place
                messages[place].limit = UInt32(clamping: query.limit)
                if let category = query.category { messages[place].category = memory.copy(category) }
                messages[place].n_excluded = query.excluded.count
                messages[place].excluded = memory.copy(query.excluded)
            }
            message.n_queries = count
            message.queries = memory.pointers(to: messages, count: count)
        }
    }

    package static func decodeRequest(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> [RecallQuery] {
        try Wire.read(bytes, as: request.message, cascade__candidates_request__unpack) {
            message throws(MessageError) in
            try request.require(message.n_queries <= MessageLimits.queries, "it has \(message.n_queries) queries")
            var queries: [RecallQuery] = []
            queries.reserveCapacity(message.n_queries)
            for place in 0..<message.n_queries { queries.append(try query(message.queries[place]!.pointee)) }
            let most = queries.map(\.limit).max() ?? 0
            try request.require(
                queries.count * most <= MessageLimits.candidatesOfAll, "it wants too many candidates")
            return queries
        }
    }

    private static func query(_ message: Cascade__RecallQuery) throws(MessageError) -> RecallQuery {
        guard let user = message.user else { throw .inconsistent("\(request.message)", "a query has no user") }
        try request.require(
            message.limit <= MessageLimits.candidates && message.n_excluded <= MessageLimits.userEntries,
            "a query wants \(message.limit) candidates without \(message.n_excluded)")
        let category = try request.text(message.category, limit: RecordLimits.idBytes)
        return RecallQuery(
            user: try UserStateFields.read(user.pointee, as: request), limit: Int(message.limit),
            category: category.isEmpty ? nil : category,
            excluded: Array(message.excluded, count: message.n_excluded))
    }

    package static func encode(answer batch: CandidateBatch) -> [UInt8] {
        Wire.bytes(of: cascade__candidate_batch__init) { memory, message in
            CandidateFields.write(batch, to: &message, in: memory)
        }
    }

    package static func decodeAnswer(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> CandidateBatch {
        try Wire.read(bytes, as: answer.message, cascade__candidate_batch__unpack) { message throws(MessageError) in
            try CandidateFields.read(message, as: answer)
        }
    }
}
