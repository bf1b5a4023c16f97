package import Contracts
package import Deadline
package import Domain
import Messages
package import RPC

/// The role *recall* in another process.
package struct RemoteRecall: RecallService {
    private let channel: any RPCChannel

    package init(_ channel: any RPCChannel) {
        self.channel = channel
    }

    package func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch {
        let batch = try await channel.call(CandidatesMessages.self, .candidates, queries, by: deadline)
        guard batch.count == queries.count else { throw RPCError.answerDoesNotFit("recall") }
        return batch
    }

    package func similar(to items: [ItemNumber], limit: Int, by deadline: Deadline) async throws -> CandidateBatch {
        let request = SimilarMessages.Request(items: items, limit: limit)
        let batch = try await channel.call(SimilarMessages.self, .similar, request, by: deadline)
        guard batch.count == items.count else { throw RPCError.answerDoesNotFit("recall") }
        return batch
    }
}
