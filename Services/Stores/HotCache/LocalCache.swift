/// Values by key that are used recently, bounded in number and bytes; each is gone when its time is over. O(1) but for
/// `removeAll(where:)`.
final class LocalCache<Key: Hashable, Value> {
    private struct Entry {
        var key: Key
        var value: Value
        var bytes: Int
        var stored: UInt64
        /// Towards the one that was used later; -1 at the end.
        var newer: Int
        var older: Int
    }

    private let limit: LocalLimit
    private let lifetime: UInt64
    private var places: [Key: Int] = [:]
    private var entries: [Entry?] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldest = -1
    private(set) var bytes = 0

    /// - Parameter seconds: how long an entry is used at most, whatever the limit says.
    init(_ limit: LocalLimit, atMost seconds: Int) {
        self.limit = limit
        lifetime = UInt64(max(0, min(limit.seconds, seconds))) * 1_000_000_000
    }

    var count: Int { places.count }

    /// The value, if it is not older than its lifetime and than `age` nanoseconds.
    func value(for key: Key, now: UInt64, age: UInt64 = .max) -> Value? {
        guard let place = places[key], let entry = entries[place] else { return nil }
        let since = now &- entry.stored
        guard since < lifetime else {
            remove(at: place)
            return nil
        }
        guard since < age else { return nil }
        unlink(place)
        link(place)
        return entry.value
    }

    /// Keeps a value, in place of the key's earlier one; what is used least makes room. One that is larger than all may
    /// be together is not kept.
    func insert(_ value: Value, for key: Key, bytes size: Int, now: UInt64) {
        if let place = places[key] { remove(at: place) }
        guard size <= limit.bytes, limit.entries > 0 else { return }
        while oldest >= 0, count >= limit.entries || bytes + size > limit.bytes { remove(at: oldest) }
        let entry = Entry(key: key, value: value, bytes: size, stored: now, newer: -1, older: -1)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            entries[place] = entry
        } else {
            place = entries.count
            entries.append(entry)
        }
        places[key] = place
        bytes += size
        link(place)
    }

    func remove(_ key: Key) {
        if let place = places[key] { remove(at: place) }
    }

    /// O(count).
    func removeAll(where isGone: (Key) -> Bool) {
        for place in entries.indices {
            if let entry = entries[place], isGone(entry.key) { remove(at: place) }
        }
    }

    private func remove(at place: Int) {
        guard let entry = entries[place] else { return }
        unlink(place)
        places[entry.key] = nil
        entries[place] = nil
        free.append(place)
        bytes -= entry.bytes
    }

    private func link(_ place: Int) {
        entries[place]?.older = newest
        entries[place]?.newer = -1
        if newest >= 0 { entries[newest]?.newer = place } else { oldest = place }
        newest = place
    }

    private func unlink(_ place: Int) {
        guard let entry = entries[place] else { return }
        if entry.newer >= 0 { entries[entry.newer]?.older = entry.older } else { newest = entry.older }
        if entry.older >= 0 { entries[entry.older]?.newer = entry.newer } else { oldest = entry.newer }
    }
}
