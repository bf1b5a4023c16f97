extension Event {
    /// What the event says about each item that it names and that the catalogue knows: one entry an item. The one way
    /// from events to model inputs, taken by the services and by training alike.
    public func entries(
        weights: EventWeights, number: (String) -> ItemNumber?
    ) -> [HistoryEntry] {
        let kind = EventKind(name: type)
        let weight = weights.weight(type: type, value: value)
        return items.compactMap { id in
            number(id).map {
                HistoryEntry(
                    item: $0, kind: kind, weight: weight, value: value.map { Float($0) } ?? .nan, timestamp: timestamp)
            }
        }
    }
}
