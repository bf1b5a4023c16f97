package import Domain

extension CatalogueSnapshot {
    /// The most popular available items, at most `count`, that are in a category (nil: any) and pass a test.
    package func popular(
        _ count: Int, category: String? = nil, where allowed: (ItemNumber) -> Bool = { _ in true }
    ) -> [ItemNumber] {
        pick(count, from: popular, category: category, where: allowed) { Double(statistics.popularity(of: $0)) }
    }

    /// The newest available items, at most `count`, that are in a category (nil: any) and pass a test.
    package func latest(
        _ count: Int, category: String? = nil, where allowed: (ItemNumber) -> Bool = { _ in true }
    ) -> [ItemNumber] {
        pick(count, from: latest, category: category, where: allowed) { Double(rows[Int($0)].item.createdAt) }
    }

    /// Whether an item may be shown, in a category if one is named.
    package func isAvailable(_ item: ItemNumber, in code: CategoryCode? = nil) -> Bool {
        guard Int(item) < rows.count, rows[Int(item)].isAvailable else { return false }
        return code.map { rows[Int(item)].categories.contains($0) } ?? true
    }

    /// Whether an item is in the catalogue, hidden or not.
    package func isInCatalogue(_ item: ItemNumber) -> Bool {
        Int(item) < rows.count && rows[Int(item)].availability != .deleted
    }

    /// Takes from a kept list; where that is too short (a small category, a user who has seen it all), looks at every
    /// row: O(items log items).
    private func pick(
        _ count: Int, from list: [ItemNumber], category: String?, where allowed: (ItemNumber) -> Bool,
        by key: (ItemNumber) -> Double
    ) -> [ItemNumber] {
        var code: CategoryCode?
        if let category {
            guard let known = categoryCodes[category] else { return [] }
            code = known
        }
        var picked: [ItemNumber] = []
        for item in list where isAvailable(item, in: code) && allowed(item) {
            picked.append(item)
            if picked.count == count { return picked }
        }
        guard list.count == Self.listLength else { return picked }
        let all = (0..<ItemNumber(rows.count)).filter { isAvailable($0, in: code) && allowed($0) }
        return Array(all.map { (key($0), $0) }.sorted { ($0.0, $1.1) > ($1.0, $0.1) }.prefix(count).map(\.1))
    }
}
