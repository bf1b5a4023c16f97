import Domain

/// Items by how many users took them in the training part, the most popular first, in groups of growing size.
struct PopularityGroups: Sendable {
    /// Up to which share of the items each group goes.
    private static let bounds = [0.01, 0.05, 0.2, 0.5, 1]
    /// What a group is called.
    static let names = ["top 1 %", "1–5 %", "5–20 %", "20–50 %", "50–100 %"]

    /// Group by item.
    let group: [Int]
    /// Users who took each item in the training part.
    let counts: [Int]

    /// O(items · log items).
    init(corpus: Corpus, split: Split) {
        let counts = PositivePairs(of: corpus, split: split).counts()
        let ranked = counts.indices.filter { !corpus.items[$0].isHidden }
            .sorted { (-counts[$0], $0) < (-counts[$1], $1) }
        var group = [Int](repeating: Self.names.count - 1, count: counts.count)
        for (place, item) in ranked.enumerated() {
            let share = Double(place + 1) / Double(ranked.count)
            // A group has one item at least, where there are any left.
            group[item] = Self.bounds.firstIndex { share <= $0 || place == 0 } ?? Self.names.count - 1
        }
        self.group = group
        self.counts = counts
    }
}
