import Domain

/// The items of a user's history that links are followed from: those that spoke for themselves, each once, the latest eight or
/// all of them.
struct LinkRoots: Sendable {
    /// The latest items that count.
    static let limit = 8
    /// What the weights of the latest items sum up to: links have weights from some thousandths to one.
    private static let emphasis: Float = 1e4
    /// Ages, in items, after which one counts half: for what was taken just now, and for all that is remembered.
    private static let halfLives: (recent: Float, long: Float) = (3, 20)
    private static let recentDecay = (0..<limit).map { Decay.factor(Float($0) / halfLives.recent) }
    private static let longDecay = (0..<limit).map { Decay.factor(Float($0) / halfLives.long) }

    /// Rows of links, the latest item's first.
    private(set) var rows: [Int32] = []
    /// How much each counts. Of the latest items either sums to 10⁴, the more recent ones count more; of all items each counts one
    /// in `long`, and none is recent.
    private(set) var recent: [Float] = []
    private(set) var long: [Float] = []

    init() { rows.reserveCapacity(Self.limit) }

    /// Takes in a history in time order. O(entries·items taken).
    mutating func take(_ history: Span<HistoryEntry>, of vectors: ItemVectors, _ roots: ItemLinks.Roots) {
        let limit = roots == .latest ? Self.limit : history.count
        rows.removeAll(keepingCapacity: true)
        var place = history.count
        while place > 0, rows.count < limit {
            place -= 1
            let entry = history[place]
            guard entry.weight > 0, let row = vectors.row(of: entry.item), !rows.contains(row) else { continue }
            rows.append(row)
        }
        switch roots {
        case .latest:
            Self.share(Self.recentDecay, rows.count, into: &recent)
            Self.share(Self.longDecay, rows.count, into: &long)
        case .all:
            Self.repeat(0, rows.count, into: &recent)
            Self.repeat(1, rows.count, into: &long)
        }
    }

    private static func `repeat`(_ weight: Float, _ count: Int, into weights: inout [Float]) {
        weights.removeAll(keepingCapacity: true)
        for _ in 0..<count { weights.append(weight) }
    }

    private static func share(_ decay: [Float], _ count: Int, into weights: inout [Float]) {
        weights.removeAll(keepingCapacity: true)
        var sum: Float = 0
        for place in 0..<count { sum += decay[place] }
        for place in 0..<count { weights.append(emphasis * decay[place] / sum) }
    }
}
