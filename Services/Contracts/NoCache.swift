package import Deadline
package import Domain

/// The cache where none is configured: it keeps nothing.
package struct NoCache: GatewayCache {
    package init() {}

    package func lists(for keys: [ListKey], by deadline: Deadline) async -> [CachedList?] {
        [CachedList?](repeating: nil, count: keys.count)
    }

    package func lastLists(for keys: [ListKey], by deadline: Deadline) async -> [CachedList?] {
        [CachedList?](repeating: nil, count: keys.count)
    }

    package func store(_ lists: [(key: ListKey, list: CachedList)]) {}

    package func users(_ users: [String], by deadline: Deadline) async -> [UserState?] {
        [UserState?](repeating: nil, count: users.count)
    }

    package func store(users: [(user: String, state: UserState)]) {}

    package func popularItems(category: String?, by deadline: Deadline) async -> [PopularItem] { [] }

    package func store(popular: [PopularItem], category: String?) {}

    package func forget(_ user: String, by deadline: Deadline) async {}
}
