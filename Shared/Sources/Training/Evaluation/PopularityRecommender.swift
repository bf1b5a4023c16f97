public import Domain

/// The baseline that knows nobody: the items that most users of the training part took, ties by item number.
public struct PopularityRecommender: Recommender {
    public let name = "popularity"
    /// Recommendable items, the most popular first.
    private let ranked: [ItemNumber]

    /// Counts the training part.
    public init(corpus: Corpus, split: Split) {
        let counts = PositivePairs(of: corpus, split: split).counts()
        ranked = corpus.items.indices.filter { !corpus.items[$0].isHidden }
            .sorted { (counts[$1], $0) < (counts[$0], $1) }
            .map { ItemNumber($0) }
    }

    public func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        cases.map { question in
            let seen = Set(question.state.seen)
            var list: [ItemNumber] = []
            for item in ranked where !seen.contains(item) {
                if list.count == count { break }
                list.append(item)
            }
            return list
        }
    }
}
