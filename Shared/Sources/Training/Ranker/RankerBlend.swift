import Domain
import Models

/// Mixtures of a ranker with the linear model that it started from.
struct RankerBlend {
    let ranker: QuantisedRanker
    /// A weight a feature.
    let linear: [Float]
    /// Of all items.
    let vectors: ItemVectors
    /// Threads that measure.
    var threads = 1

    /// The parts that a choice says of the ranker, the linear model and the recall score.
    func blended(_ choice: ServingChoice) -> QuantisedRanker {
        var rest = linear.map { $0 * choice.linear }
        rest[RankingFeature.recallScore.rawValue] += 1 - choice.ranker - choice.linear
        return ranker.blended(share: choice.ranker, adding: rest)
    }

    /// A mixture and what it is worth on validation.
    struct Best {
        var choice: ServingChoice
        var ranker: QuantisedRanker
        var figures: [String: Double]
    }

    /// The choice with the best NDCG@20, of equal ones the first; without cases the first. There is one at least.
    func best(of choices: [ServingChoice], by validator: RankerValidator) -> Best {
        func measured(_ choice: ServingChoice) -> Best {
            let (mixture, vectors) = (blended(choice), vectors)
            let scores = validator.lists.scores(threads: threads) { QuantisedScorer(mixture, vectors: vectors) }
            return Best(choice: choice, ranker: mixture, figures: validator.figures(of: scores))
        }
        var best = measured(choices[0])
        for choice in choices.dropFirst() {
            let next = measured(choice)
            if (next.figures["ndcg@20"] ?? 0) > (best.figures["ndcg@20"] ?? 0) { best = next }
        }
        return best
    }
}
