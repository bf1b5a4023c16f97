/// What a batch of searches found: flat lists, the results of query i at `offsets[i]..<offsets[i + 1]`, best first.
public struct SearchResults: Sendable {
    /// One more than there are queries.
    public internal(set) var offsets: [Int] = [0]
    /// Item numbers.
    public internal(set) var items: [UInt32] = []
    /// Scores, each that of the item in the same place.
    public internal(set) var scores: [Float] = []

    /// Whether every query was searched to its end; false when the deadline came first.
    public internal(set) var isComplete = true

    /// No results.
    public init() {}

    /// How many queries were answered.
    public var queries: Int { offsets.count - 1 }

    /// Where the results of a query lie.
    public func range(of query: Int) -> Range<Int> {
        offsets[query]..<offsets[query + 1]
    }

    mutating func reset() {
        offsets.removeAll(keepingCapacity: true)
        offsets.append(0)
        isComplete = true
        items.removeAll(keepingCapacity: true)
        scores.removeAll(keepingCapacity: true)
    }

    mutating func endQuery() {
        offsets.append(items.count)
    }
}
