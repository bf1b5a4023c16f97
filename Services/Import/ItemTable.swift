import Domain

/// The items of an import in the order of the files, each once.
struct ItemTable {
    private var places: [String: Int] = [:]
    private(set) var items: [Item] = []

    /// Adds an item, or replaces what was said of it before.
    mutating func set(_ item: Item) {
        if let place = places[item.id] {
            items[place] = item
        } else {
            places[item.id] = items.count
            items.append(item)
        }
    }

    func contains(_ id: String) -> Bool { places[id] != nil }
}
