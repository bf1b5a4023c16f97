import Contracts
import Domain
import EventLoop

/// Keeps the popular lists in the cache as they are to be shown, for a gateway that starts while it can follow no catalogue.
final class PopularKeeper {
    /// Items of the list of all categories, and of one category's.
    private static let length = GatewayConfiguration.maximumCount
    private static let categoryLength = 50
    /// Categories that have a list: those of the most popular items.
    private static let categories = 16
    /// Nanoseconds.
    private static let interval: UInt64 = 20_000_000_000
    /// How long an empty catalogue is waited for, nanoseconds.
    private static let patience: UInt64 = 500_000_000

    private let catalogue: any ItemCatalogue
    private let cache: any GatewayCache
    private var timer: LoopTimer?

    /// - Throws: when the system has no room for a timer.
    init(loop: EventLoop, catalogue: any ItemCatalogue, cache: any GatewayCache) throws {
        self.catalogue = catalogue
        self.cache = cache
        timer = try LoopTimer(loop: loop) { [weak self] in self?.keep() }
        try timer?.start(after: Self.patience)
    }

    private func keep() {
        let snapshot = catalogue.snapshot()
        if !snapshot.popular.isEmpty {
            cache.store(popular: items(snapshot.popular.prefix(Self.length), of: snapshot), category: nil)
            for (name, list) in byCategory(snapshot) {
                cache.store(popular: items(list[...], of: snapshot), category: name)
            }
        }
        // A timer that exists can be started as long as it has an action, which it has.
        try? timer?.start(after: snapshot.popular.isEmpty ? Self.patience : Self.interval)
    }

    /// The popular items of the categories that the most popular items are of.
    private func byCategory(_ snapshot: CatalogueSnapshot) -> [String: [ItemNumber]] {
        var lists: [String: [ItemNumber]] = [:]
        for item in snapshot.popular where snapshot.isAvailable(item) {
            for category in snapshot.rows[Int(item)].item.categories {
                guard lists[category] != nil || lists.count < Self.categories else { continue }
                if lists[category, default: []].count < Self.categoryLength {
                    lists[category, default: []].append(item)
                }
            }
        }
        return lists
    }

    private func items(_ list: ArraySlice<ItemNumber>, of snapshot: CatalogueSnapshot) -> [PopularItem] {
        list.filter { snapshot.isAvailable($0) }.map {
            PopularItem(
                score: snapshot.statistics.popularity(of: $0), answerFragment: snapshot.rows[Int($0)].answerFragment)
        }
    }
}
