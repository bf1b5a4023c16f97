package import Contracts
import Messages
package import RPC

/// Answers calls of the role *user-features*.
package final class UserFeaturesHandler: RPCHandler {
    private let role: any UserFeaturesService
    private let handler: RoleHandler

    /// - Parameter executor: the shard's loop.
    package init(_ role: any UserFeaturesService, executor: any TaskExecutor) {
        self.role = role
        handler = RoleHandler(executor: executor)
    }

    package func handle(_ calls: [any RPCCall]) {
        let sorted = handler.sort(calls, [.states, .erase])
        let role = role
        handler.each(StatesMessages.self, sorted[0]) { users, call in
            await role.states(of: users, by: call.deadline)
        }
        handler.each(EraseMessages.self, sorted[1]) { user, _ in try await role.erase(user) }
    }
}
