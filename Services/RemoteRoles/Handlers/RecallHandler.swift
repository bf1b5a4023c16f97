package import Contracts
import Messages
package import RPC

/// Answers calls of the role *recall*. Calls for candidates that one turn of the loop brought are one batch to the role:
/// searching for several queries at once is cheaper.
package final class RecallHandler: RPCHandler {
    private let role: any RecallService
    private let handler: RoleHandler

    /// - Parameter executor: the shard's loop.
    package init(_ role: any RecallService, executor: any TaskExecutor) {
        self.role = role
        handler = RoleHandler(executor: executor)
    }

    package func handle(_ calls: [any RPCCall]) {
        let sorted = handler.sort(calls, [.candidates, .similar])
        let role = role
        for group in handler.read(CandidatesMessages.self, sorted[0]).groups(size: \.count) {
            handler.batch(group) { work in
                let queries = work.requests.count == 1 ? work.requests[0] : work.requests.flatMap { $0 }
                let batch = try await role.candidates(for: queries, by: work.deadline)
                if work.requests.count == 1 { return [CandidatesMessages.encode(answer: batch)] }
                return work.ranges(size: \.count).map { CandidatesMessages.encode(answer: batch.extracting($0)) }
            }
        }
        handler.each(SimilarMessages.self, sorted[1]) { request, call in
            try await role.similar(to: request.items, limit: request.limit, by: call.deadline)
        }
    }
}
