import Contracts
import Deadline
import Domain
import Synchronization

/// A cache that is only memory and forgets nothing by itself.
final class MemoryCache: GatewayCache {
    private struct LastKey: Hashable {
        let user: String
        let parameters: ListParameters
    }

    private struct State {
        var lists: [ListKey: CachedList] = [:]
        var last: [LastKey: CachedList] = [:]
        var users: [String: UserState] = [:]
        var popular: [String?: [PopularItem]] = [:]
        var forgotten: [String] = []
    }

    private let state = Mutex(State())

    var listCount: Int { state.withLock { $0.lists.count } }
    var forgotten: [String] { state.withLock { $0.forgotten } }

    func hasUser(_ user: String) -> Bool { state.withLock { $0.users[user] != nil } }
    func popular(_ category: String?) -> [PopularItem] { state.withLock { $0.popular[category] ?? [] } }

    func lists(for keys: [ListKey], by deadline: Deadline) async -> [CachedList?] {
        state.withLock { state in keys.map { state.lists[$0] } }
    }

    func lastLists(for keys: [ListKey], by deadline: Deadline) async -> [CachedList?] {
        state.withLock { state in keys.map { state.last[LastKey(user: $0.user, parameters: $0.parameters)] } }
    }

    func store(_ lists: [(key: ListKey, list: CachedList)]) {
        state.withLock { state in
            for (key, list) in lists {
                state.lists[key] = list
                state.last[LastKey(user: key.user, parameters: key.parameters)] = list
            }
        }
    }

    func users(_ users: [String], by deadline: Deadline) async -> [UserState?] {
        state.withLock { state in users.map { state.users[$0] } }
    }

    func store(users: [(user: String, state: UserState)]) {
        state.withLock { state in
            for (user, row) in users { state.users[user] = row }
        }
    }

    func popularItems(category: String?, by deadline: Deadline) async -> [PopularItem] { popular(category) }

    func store(popular: [PopularItem], category: String?) { state.withLock { $0.popular[category] = popular } }

    func forget(_ user: String, by deadline: Deadline) async {
        state.withLock { state in
            state.forgotten.append(user)
            state.users[user] = nil
            state.lists = state.lists.filter { $0.key.user != user }
            state.last = state.last.filter { $0.key.user != user }
        }
    }

    /// Forgets rows, keeps lists.
    func dropUsers() { state.withLock { $0.users = [:] } }
}
