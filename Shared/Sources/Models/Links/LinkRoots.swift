import Domain

/// The items of a user's history that links are followed from: the latest that spoke for themselves, each once.
struct LinkRoots: Sendable {
    /// Items at most.
    static let limit = 8
    /// Ages, in items, after which one counts half: for what was taken just now, and for all that is remembered.
    private static let halfLives: (recent: Float, long: Float) = (3, 20)
    private static let recentDecay = (0..<limit).map { Decay.factor(Float($0) / halfLives.recent) }
    private static let longDecay = (0..<limit).map { Decay.factor(Float($0) / halfLives.long) }

    /// Rows of links, the latest item's first.
    private(set) var rows: [Int32] = []
    /// How much each counts; either sums to one.
    private(set) var recent: [Float] = []
    private(set) var long: [Float] = []

    init() { rows.reserveCapacity(Self.limit) }

    /// Takes in a history in time order. O(entries·limit).
    mutating func take(_ history: Span<HistoryEntry>, of vectors: ItemVectors) {
        rows.removeAll(keepingCapacity: true)
        var place = history.count
        while place > 0, rows.count < Self.limit {
            place -= 1
            let entry = history[place]
            guard entry.weight > 0, let row = vectors.row(of: entry.item), !rows.contains(row) else { continue }
            rows.append(row)
        }
        Self.share(Self.recentDecay, rows.count, into: &recent)
        Self.share(Self.longDecay, rows.count, into: &long)
    }

    private static func share(_ decay: [Float], _ count: Int, into weights: inout [Float]) {
        weights.removeAll(keepingCapacity: true)
        var sum: Float = 0
        for place in 0..<count { sum += decay[place] }
        for place in 0..<count { weights.append(decay[place] / sum) }
    }
}
