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

    /// The parts that a choice says of the ranker, the linear model and the recall score with company beside it.
    func blended(_ choice: ServingChoice) -> QuantisedRanker {
        let share = 1 - choice.ranker - choice.linear
        let rest = zip(linear, choice.recallWeights).map { $0 * choice.linear + $1 * share }
        return ranker.blended(share: choice.ranker, adding: rest)
    }

    /// A mixture and what it is worth on validation.
    struct Best {
        var choice: ServingChoice
        var ranker: QuantisedRanker
        var figures: [String: Double]
        /// NDCG@20 of each case.
        var gains: [Double]
    }

    /// The choice with the best NDCG@20: first the weight of company beside the recall score alone, then the shares with it; of
    /// equal ones the first that is tried. Shares must be better than none by more than chance (``PairedTest``): the best of
    /// several mixtures on the same cases flatters itself. Without cases the ranker has the whole order.
    func best(by validator: RankerValidator) -> Best {
        guard validator.cases > 0 else { return measured(.whole, by: validator) }
        let beside = best(
            of: ServingChoice.companies.map { ServingChoice(ranker: 0, linear: 0, company: $0) }, by: validator)
        let shared = best(
            of: ServingChoice.shares.map {
                ServingChoice(ranker: $0.ranker, linear: $0.linear, company: beside.choice.company)
            }, by: validator)
        let test = PairedTest(beside.gains, shared.gains)
        return test.difference > 0 && test.p <= ServingChoice.chance ? shared : beside
    }

    /// What a choice is worth.
    func measured(_ choice: ServingChoice, by validator: RankerValidator) -> Best {
        let (mixture, vectors) = (blended(choice), vectors)
        let scores = validator.lists.scores(threads: threads) { QuantisedScorer(mixture, vectors: vectors) }
        return Best(
            choice: choice, ranker: mixture, figures: validator.figures(of: scores), gains: validator.gains(of: scores))
    }

    private func best(of choices: [ServingChoice], by validator: RankerValidator) -> Best {
        var best = measured(choices[0], by: validator)
        for choice in choices.dropFirst() {
            let next = measured(choice, by: validator)
            if (next.figures["ndcg@20"] ?? 0) > (best.figures["ndcg@20"] ?? 0) { best = next }
        }
        return best
    }
}
