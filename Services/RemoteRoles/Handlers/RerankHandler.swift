package import Contracts
import Messages
package import RPC

/// Answers calls of the role *re-rank*. The candidates that the role is given have no user vectors, and no sources but the
/// first: it reads neither.
package final class RerankHandler: RPCHandler {
    private let role: any RerankService
    private let handler: RoleHandler

    /// - Parameter executor: the shard's loop.
    package init(_ role: any RerankService, executor: any TaskExecutor) {
        self.role = role
        handler = RoleHandler(executor: executor)
    }

    package func handle(_ calls: [any RPCCall]) {
        let role = role
        handler.each(ArrangeMessages.self, handler.sort(calls, [.arrange])[0]) { request, call in
            let candidates = CandidateBatch(
                model: request.model, offsets: request.offsets, items: request.items, scores: request.scores,
                sources: [CandidateSource](repeating: .twoTower, count: request.items.count))
            return try await role.arrange(
                candidates, scores: request.scores, for: request.queries, by: call.deadline)
        }
    }
}
