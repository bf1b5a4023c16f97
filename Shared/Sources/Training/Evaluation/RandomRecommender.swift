public import Domain

/// The baseline that knows nothing: items in an order of their own for each case.
public struct RandomRecommender: Recommender {
    public let name = "random"
    private let items: [ItemNumber]
    private let seed: UInt64

    /// Draws from the items that may be recommended.
    public init(corpus: Corpus, seed: UInt64) {
        items = corpus.items.indices.filter { !corpus.items[$0].isHidden }.map { ItemNumber($0) }
        self.seed = seed
    }

    public func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        cases.map { question in
            let seen = Set(question.state.seen)
            var random = RandomSource(
                seed: SeededHash.value(of: UInt64(question.target), seed: seed &+ UInt64(question.user)))
            var left = items
            random.shuffle(&left)
            return Array(left.lazy.filter { !seen.contains($0) }.prefix(count))
        }
    }
}
