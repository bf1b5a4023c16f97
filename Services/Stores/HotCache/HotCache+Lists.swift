package import Contracts
package import Deadline
import Metrics
import Redis

extension HotCache {
    /// How long a user's last list is not sent again.
    private static let lastListInterval = seconds(10)

    package func lists(for wanted: [ListKey], by deadline: Deadline) async -> [CachedList?] {
        let now = now
        var found = wanted.map { lists.value(for: $0, now: now) }
        let missing = wanted.indices.filter { found[$0] == nil }
        metrics[.list].local.add(UInt64(wanted.count - missing.count))
        guard !missing.isEmpty else { return found }
        let fetched = await fetch(.list, missing.map { keys.list(wanted[$0]) }, by: deadline, CachedList.init(reading:))
        for (place, list) in zip(missing, fetched) {
            guard let list else { continue }
            found[place] = list
            lists.insert(list, for: wanted[place], bytes: list.byteCount + wanted[place].byteCount, now: self.now)
        }
        metrics[.list].misses.add(UInt64(found.count { $0 == nil }))
        return found
    }

    package func lastLists(for wanted: [ListKey], by deadline: Deadline) async -> [CachedList?] {
        let now = now
        var found = wanted.map { lastLists.value(for: $0.user, now: now)?.value }
        let missing = wanted.indices.filter { found[$0] == nil }
        metrics[.lastList].local.add(UInt64(wanted.count - missing.count))
        if !missing.isEmpty {
            let fetched = await fetch(
                .lastList, missing.map { keys.lastList(wanted[$0].user) }, by: deadline, LastList.init(reading:))
            for (place, last) in zip(missing, fetched) { found[place] = last }
        }
        metrics[.lastList].misses.add(UInt64(found.count { $0 == nil }))
        return zip(wanted, found).map { key, last in last?.answer(to: key.parameters) }
    }

    /// Keeps answers under their keys, and those to a first page as the users' last lists.
    package func store(_ answers: [(key: ListKey, list: CachedList)]) {
        let now = now
        for (key, list) in answers where !list.items.isEmpty {
            lists.insert(list, for: key, bytes: list.byteCount + key.byteCount, now: now)
            if redis != nil {
                var writer = ValueWriter(capacity: list.byteCount)
                list.write(into: &writer)
                _ = send(.list, keys.list(key), seconds: configuration.listSeconds, writer.bytes)
            }
            if key.parameters.excluded.isEmpty { storeLast(list, key, now: now) }
        }
    }

    private func storeLast(_ list: CachedList, _ key: ListKey, now: UInt64) {
        var last = Sent(value: LastList(category: key.parameters.category, list: list), sent: 0)
        if let known = lastLists.value(for: key.user, now: now) { last.sent = known.sent }
        if redis != nil, last.sent == 0 || now - last.sent >= Self.lastListInterval {
            var writer = ValueWriter(capacity: list.byteCount)
            last.value.write(into: &writer)
            let key = keys.lastList(key.user)
            if send(.lastList, key, seconds: configuration.lastListSeconds, writer.bytes) { last.sent = now }
        }
        lastLists.insert(last, for: key.user, bytes: list.byteCount + key.user.utf8.count, now: now)
    }
}

extension ListKey {
    /// Estimated memory.
    fileprivate var byteCount: Int {
        160 + user.utf8.count + model.utf8.count + (parameters.category?.utf8.count ?? 0) + parameters.excluded.count
            * 4
    }
}
