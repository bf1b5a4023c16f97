package import Contracts
package import Deadline
import Metrics
import Redis

extension HotCache {
    /// Popular items in the process are as good as Redis' for so long.
    private static let freshPopular = seconds(60)
    /// Popular items are looked at for changes, and sent if there are any, at most this often; else that often.
    private static let popularInterval = seconds(5)
    private static let samePopularInterval = seconds(600)

    package func popularItems(category: String?, by deadline: Deadline) async -> [PopularItem] {
        if let known = popular.value(for: category, now: now, age: Self.freshPopular) {
            metrics[.popular].local.add()
            return known.value.items
        }
        let fetched = await fetch(.popular, [keys.popular(category)], by: deadline, PopularItems.init(reading:))
        if let items = fetched[0] {
            popular.insert(Sent(value: items, sent: now), for: category, bytes: items.byteCount, now: now)
            return items.items
        }
        if let known = popular.value(for: category, now: now) {
            metrics[.popular].local.add()
            return known.value.items
        }
        metrics[.popular].misses.add()
        return []
    }

    package func store(popular items: [PopularItem], category: String?) {
        let now = now
        if popular.value(for: category, now: now, age: Self.popularInterval) != nil || items.isEmpty { return }
        let value = PopularItems(items)
        var entry = Sent(value: value, sent: 0)
        if let known = popular.value(for: category, now: now), known.value == value { entry.sent = known.sent }
        if redis?.isReady == true, entry.sent == 0 || now - entry.sent >= Self.samePopularInterval {
            var writer = ValueWriter(capacity: value.byteCount)
            value.write(into: &writer)
            if send(.popular, keys.popular(category), seconds: configuration.popularSeconds, writer.bytes) {
                entry.sent = now
            }
        }
        popular.insert(entry, for: category, bytes: value.byteCount, now: now)
    }
}
