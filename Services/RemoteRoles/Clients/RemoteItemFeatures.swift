package import Contracts
import Deadline
package import Domain
package import EventLog
import Messages
package import RPC

/// The role *item-features* in another process: changes go there, reading is done in this process's copy of the catalogue.
package struct RemoteItemFeatures: ItemFeaturesService {
    private let channel: any RPCChannel
    private let catalogue: any ItemCatalogue
    private let followed: CatchUp

    /// Items of one call.
    private static let itemsPerCall = 100
    /// How long a change may take: it waits for the log.
    private static let changeSeconds: UInt64 = 30

    package init(_ channel: any RPCChannel, catalogue: any ItemCatalogue) {
        self.channel = channel
        self.catalogue = catalogue
        followed = CatchUp(catalogue)
    }

    package func snapshot() -> CatalogueSnapshot { catalogue.snapshot() }

    package func number(of id: String) -> ItemNumber? { catalogue.number(of: id) }

    package func number(of id: String, at position: LogPosition) -> ItemNumber? {
        catalogue.number(of: id, at: position)
    }

    package func catchUp() { catalogue.catchUp() }

    /// Creates or replaces items, some at a time: when it throws, those before have been taken in. When it returns, they
    /// are durable, and this process's copy of the catalogue shows them, unless it is more than a second behind.
    package func put(_ items: [Item]) async throws {
        for start in stride(from: 0, to: items.count, by: Self.itemsPerCall) {
            let some = Array(items[start..<min(start + Self.itemsPerCall, items.count)])
            _ = try await channel.call(PutMessages.self, .putItems, some, by: Self.deadline, once: true)
        }
        await followed.now()
    }

    package func delete(_ id: String) async throws -> Bool {
        let wasThere = try await channel.call(DeleteMessages.self, .deleteItem, id, by: Self.deadline, once: true)
        await followed.now()
        return wasThere
    }

    private static var deadline: Deadline { .after(milliseconds: 1000 * changeSeconds) }
}
