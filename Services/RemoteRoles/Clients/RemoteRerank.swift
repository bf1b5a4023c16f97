package import Contracts
package import Deadline
import Messages
package import RPC

/// The role *re-rank* in another process. Of the candidates, only what it reads goes there: model, items, the new scores.
package struct RemoteRerank: RerankService {
    private let channel: any RPCChannel

    package init(_ channel: any RPCChannel) {
        self.channel = channel
    }

    package func arrange(
        _ candidates: CandidateBatch, scores: [Float], for queries: [RerankQuery], by deadline: Deadline
    ) async throws -> Arrangement {
        let request = ArrangeMessages.Request(
            model: candidates.model, offsets: candidates.offsets, items: candidates.items, scores: scores,
            queries: queries)
        let arrangement = try await channel.call(ArrangeMessages.self, .arrange, request, by: deadline)
        guard arrangement.fits(candidates) else { throw RPCError.answerDoesNotFit("re-rank") }
        return arrangement
    }
}

extension Arrangement {
    /// Whether each query's choices are of its own candidates.
    func fits(_ candidates: CandidateBatch) -> Bool {
        guard offsets.count == candidates.offsets.count else { return false }
        return (0..<candidates.count).allSatisfy { query in
            let own = candidates.range(of: query)
            return chosen[range(of: query)].allSatisfy(own.contains)
        }
    }
}
