package import Contracts
import Messages
package import RPC

/// Answers calls of the role *item-features*: changes of the catalogue.
package final class ItemFeaturesHandler: RPCHandler {
    private let role: any ItemFeaturesService
    private let handler: RoleHandler

    /// - Parameter executor: the shard's loop.
    package init(_ role: any ItemFeaturesService, executor: any TaskExecutor) {
        self.role = role
        handler = RoleHandler(executor: executor)
    }

    package func handle(_ calls: [any RPCCall]) {
        let sorted = handler.sort(calls, [.putItems, .deleteItem])
        let role = role
        handler.each(PutMessages.self, sorted[0]) { items, _ in
            try await role.put(items)
            return PutMessages.Done()
        }
        handler.each(DeleteMessages.self, sorted[1]) { id, _ in try await role.delete(id) }
    }
}
