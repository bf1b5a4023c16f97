public import Domain

/// Item-based collaborative filtering (Sarwar et al., WWW 2001): an item's score is the sum of its cosines with the items
/// that the user took; the cosine is that of the two items' sets of training users.
public struct ItemKNNRecommender: Recommender {
    public let name = "item-knn"
    private let neighbours: ItemNeighbours
    private let isRecommendable: [Bool]

    /// Counts the training part, on all cores. O(Σ over users of the square of their items).
    public init(corpus: Corpus, split: Split) async {
        neighbours = await ItemNeighbours(of: PositivePairs(of: corpus, split: split))
        isRecommendable = corpus.items.map { !$0.isHidden }
    }

    public func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        var scores = [Float](repeating: 0, count: isRecommendable.count)
        var touched: [ItemNumber] = []
        return cases.map { question in
            for item in question.liked {
                neighbours.forEach(of: item) { neighbour, cosine in
                    if scores[Int(neighbour)] == 0 { touched.append(neighbour) }
                    scores[Int(neighbour)] += cosine
                }
            }
            let seen = Set(question.state.seen)
            var best = BestItems(count: count)
            for item in touched {
                if isRecommendable[Int(item)], !seen.contains(item) { best.offer(item, score: scores[Int(item)]) }
                scores[Int(item)] = 0
            }
            touched.removeAll(keepingCapacity: true)
            return best.sorted()
        }
    }
}
