import Contracts
import Domain

/// Lists that need nothing but the catalogue: what answers when the cascade cannot.
struct PopularLists {
    let catalogue: CatalogueSnapshot

    /// Categories that make up a user's segment.
    static let segmentCategories = 3

    /// By category: asked for more than once in a batch, and in a small category the answer looks at every row.
    private var ofCategories: [String: [ItemNumber]] = [:]

    init(_ catalogue: CatalogueSnapshot) {
        self.catalogue = catalogue
    }

    /// Popular items of some categories, then popular ones of any. O(``CatalogueSnapshot/listLength``), but for the first
    /// time that a category is named.
    /// - Parameters:
    ///   - segment: the categories that come first; empty for none.
    ///   - category: the only category that items may be of; nil for any.
    /// - Returns: at most `count` items, none of those that are left out.
    mutating func items(
        _ count: Int, segment: [CategoryCode], category: String?, without left: Set<ItemNumber>
    ) -> [ItemNumber] {
        var items: [ItemNumber] = []
        var others: [ItemNumber] = []
        for item in popular(in: category) where catalogue.isAvailable(item) && !left.contains(item) {
            if segment.isEmpty || belongs(item, to: segment) {
                items.append(item)
                if items.count == count { return items }
            } else if others.count < count {
                others.append(item)
            }
        }
        return items + others.prefix(count - items.count)
    }

    private mutating func popular(in category: String?) -> [ItemNumber] {
        guard let category else { return catalogue.popular }
        if let known = ofCategories[category] { return known }
        let list = catalogue.popular(CatalogueSnapshot.listLength, category: category)
        ofCategories[category] = list
        return list
    }

    /// Items with their popularity as the score.
    func list(of items: [ItemNumber]) -> CachedList {
        CachedList(
            model: "", items: items, scores: items.map { catalogue.statistics.popularity(of: $0) },
            sources: [CandidateSource](repeating: .popular, count: items.count))
    }

    /// Whether an item is in one of some categories.
    func belongs(_ item: ItemNumber, to segment: [CategoryCode]) -> Bool {
        catalogue.rows[Int(item)].categories.contains { segment.contains($0) }
    }

    /// The categories that a user cares for most: those with the greatest weight in the recent history, at most
    /// ``segmentCategories``. O(history).
    func segment(of state: UserState) -> [CategoryCode] {
        var weights: [CategoryCode: Float] = [:]
        for entry in state.history where entry.weight > 0 && Int(entry.item) < catalogue.rows.count {
            for code in catalogue.rows[Int(entry.item)].categories { weights[code, default: 0] += entry.weight }
        }
        return weights.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(Self.segmentCategories).map(\.key)
    }
}
