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
        var validator: RankerValidator
    }

    /// The choice with the best NDCG@20, of equal ones the first; without cases the first. There is one at least. Choices
    /// with places for links, which come after the others, must be better than those by ``ServingChoice/linkGain``.
    ///
    /// - Parameter validator: made for each number of places that links have.
    func best(of choices: [ServingChoice], _ validator: (_ linkPlaces: Int) -> RankerValidator) -> Best {
        func measured(_ choice: ServingChoice, _ validator: RankerValidator) -> Best {
            let (mixture, vectors) = (blended(choice), vectors)
            let scores = validator.lists.scores(threads: threads) { QuantisedScorer(mixture, vectors: vectors) }
            return Best(
                choice: choice, ranker: mixture, figures: validator.figures(of: scores), validator: validator)
        }
        var current = validator(choices[0].linkPlaces)
        var best = measured(choices[0], current)
        for (choice, before) in zip(choices.dropFirst(), choices) {
            if choice.linkPlaces != before.linkPlaces { current = validator(choice.linkPlaces) }
            let next = measured(choice, current)
            let gain = choice.linkPlaces > best.choice.linkPlaces ? ServingChoice.linkGain : 0
            if (next.figures["ndcg@20"] ?? 0) > (1 + gain) * (best.figures["ndcg@20"] ?? 0) { best = next }
        }
        return best
    }
}
