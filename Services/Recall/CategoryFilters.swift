import Contracts
import Domain
import Synchronization
import VectorIndex

/// The items of each category that requests ask for, computed once a version of the catalogue.
final class CategoryFilters: Sendable {
    private struct Cache {
        var version: UInt64 = 0
        var filters: [String: ItemFilter] = [:]
    }

    private let cache = Mutex(Cache())

    /// Categories that are remembered at once; beyond that the memory starts again.
    private static let limit = 1024

    /// A filter for each query that names a category; empty when none does.
    func filters(for queries: [RecallQuery], in snapshot: CatalogueSnapshot) -> [ItemFilter?] {
        guard queries.contains(where: { $0.category != nil }) else { return [] }
        return queries.map { $0.category.map { filter(for: $0, in: snapshot) } }
    }

    private func filter(for category: String, in snapshot: CatalogueSnapshot) -> ItemFilter {
        cache.withLock { cache in
            if cache.version != snapshot.version || cache.filters.count >= Self.limit {
                cache = Cache(version: snapshot.version)
            }
            if let known = cache.filters[category] { return known }
            var filter = ItemFilter(count: snapshot.rows.count)
            if let code = snapshot.categoryCodes[category] {
                for index in 0..<snapshot.rows.count where snapshot.rows[index].categories.contains(code) {
                    filter.insert(UInt32(index))
                }
            }
            cache.filters[category] = filter
            return filter
        }
    }
}
