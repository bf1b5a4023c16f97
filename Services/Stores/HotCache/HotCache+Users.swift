import Contracts
package import Deadline
package import Domain
import Metrics
import Redis

extension HotCache {
    /// A row in the process is as good as Redis' for so long.
    private static let freshUser = seconds(5)
    /// A row that changed is sent at most this often, one that did not at most that often.
    private static let changedUserInterval = seconds(2)
    private static let sameUserInterval = seconds(60)

    package func users(_ wanted: [String], by deadline: Deadline) async -> [UserState?] {
        let now = now
        var found = wanted.map { users.value(for: $0, now: now, age: Self.freshUser)?.value }
        let missing = wanted.indices.filter { found[$0] == nil }
        metrics[.user].local.add(UInt64(wanted.count - missing.count))
        guard !missing.isEmpty else { return found }
        let names = missing.map { keys.user(wanted[$0]) }
        for (place, state) in zip(missing, await fetch(.user, names, by: deadline, UserState.init(reading:))) {
            if let state {
                found[place] = state
            } else if let older = users.value(for: wanted[place], now: self.now) {
                metrics[.user].local.add()
                found[place] = older.value
            }
        }
        metrics[.user].misses.add(UInt64(found.count { $0 == nil }))
        return found
    }

    package func store(users rows: [(user: String, state: UserState)]) {
        let now = now
        for (user, state) in rows where state.version > 0 {
            var row = Sent(value: state, sent: 0)
            if let known = users.value(for: user, now: now) {
                row.sent = known.sent
                let isSame = known.value.version == state.version && known.value.history.last == state.history.last
                let interval = isSame ? Self.sameUserInterval : Self.changedUserInterval
                if row.sent != 0, now - row.sent < interval {
                    users.insert(row, for: user, bytes: state.byteCount + user.utf8.count, now: now)
                    continue
                }
            }
            if redis?.isReady == true,
                send(.user, keys.user(user), seconds: configuration.userSeconds, state.encoded())
            {
                row.sent = now
            }
            users.insert(row, for: user, bytes: state.byteCount + user.utf8.count, now: now)
        }
    }
}
