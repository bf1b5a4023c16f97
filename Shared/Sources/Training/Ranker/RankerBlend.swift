import Domain
import Models

/// Mixtures of a ranker with the linear model that it started from.
struct RankerBlend {
    let ranker: QuantisedRanker
    /// A weight a feature.
    let linear: [Float]
    /// Of all items.
    let vectors: ItemVectors
    /// Whether histories tell what came first, so that validation is about what comes later.
    var hasOrder = true
    /// Threads that measure.
    var threads = 1

    /// The parts that a choice says of the ranker, the linear model and the recall score with what is beside it. A ranker without a
    /// share is not in it: nobody is to wait for what counts nothing.
    func blended(_ choice: ServingChoice) -> QuantisedRanker {
        let share = 1 - choice.ranker - choice.linear
        let rest = zip(linear, choice.recallWeights).map { $0 * choice.linear + $1 * share }
        guard choice.ranker > 0 else {
            return QuantisedRanker(linear: rest, dimensions: ranker.parameters.dimensions)
        }
        return ranker.blended(share: choice.ranker, adding: rest)
    }

    /// A mixture and what it is worth on validation.
    struct Best {
        var choice: ServingChoice
        var ranker: QuantisedRanker
        var figures: [String: Double]
        /// NDCG@20 of each case.
        var gains: [Double]

        fileprivate var ndcg: Double { figures["ndcg@20"] ?? 0 }
    }

    /// What serves best by NDCG@20: the order, and then how much variety re-ranking brings into it. Without cases the ranker has the
    /// whole order, and variety is what it usually is.
    func best(by validator: RankerValidator) -> Best {
        guard validator.cases > 0 else { return measured(.whole, by: validator) }
        return varied(bestOrder(by: validator), by: validator)
    }

    /// The order by NDCG@20: from the recall score alone to the best weights of company and popularity beside it, then to shares of
    /// the ranker and the linear model. Company demotes what many take and popularity promotes it, so their weights are found in
    /// turn, until neither changes. Shares must be better by more than the standard error of the difference: what is simpler serves
    /// where the other is not clearly better (the one-standard-error rule of Breiman et al., Classification and Regression Trees,
    /// 1984, §3.4.3).
    ///
    /// Without an order validation is a random part of what is known. It cannot tell how popular that is which comes later, and
    /// flatters links: popularity has no weight there, and company half of the one that is best without it. Shares are held
    /// against the best of both weights all the same.
    private func bestOrder(by validator: RankerValidator) -> Best {
        let none = measured(ServingChoice(ranker: 0, linear: 0), by: validator)
        let company = best(of: none, ServingChoice.companies.map { none.choice.with(\.company, $0) }, by: validator)
        var recall = company
        var before: ServingChoice
        repeat {
            before = recall.choice
            recall = best(
                of: recall, ServingChoice.popularities.map { recall.choice.with(\.popularity, $0) }, by: validator)
            recall = best(of: recall, ServingChoice.companies.map { recall.choice.with(\.company, $0) }, by: validator)
        } while recall.choice != before
        let shared = best(of: recall, ServingChoice.shares.map(recall.choice.with(shares:)), by: validator)
        let difference = PairedDifference(recall.gains, shared.gains)
        if difference.mean > difference.standardError { return shared }
        return hasOrder ? recall : measured(company.choice.with(\.company, company.choice.company / 2), by: validator)
    }

    /// The best of what there is and some other choices; of equal ones the first.
    private func best(of current: Best, _ others: [ServingChoice], by validator: RankerValidator) -> Best {
        others.filter { $0 != current.choice }.reduce(current) { best, choice in
            let next = measured(choice, by: validator)
            return next.ndcg > best.ndcg ? next : best
        }
    }

    /// The order with the diversity that is best for it; of equal ones the least. The figures stay those of the order.
    private func varied(_ order: Best, by validator: RankerValidator) -> Best {
        let scores = validator.lists.scores(threads: threads) { QuantisedScorer(order.ranker, vectors: vectors) }
        var best: (diversity: Float, gain: Double)?
        for diversity in ServingChoice.diversities {
            let gain = validator.gain(of: scores, diversity: diversity, vectors: vectors, threads: threads)
            if gain > best?.gain ?? -1 { best = (diversity, gain) }
        }
        var varied = order
        varied.choice.diversity = best?.diversity ?? order.choice.diversity
        return varied
    }

    /// What a choice is worth.
    func measured(_ choice: ServingChoice, by validator: RankerValidator) -> Best {
        let (mixture, vectors) = (blended(choice), vectors)
        let scores = validator.lists.scores(threads: threads) { QuantisedScorer(mixture, vectors: vectors) }
        return Best(
            choice: choice, ranker: mixture, figures: validator.figures(of: scores), gains: validator.gains(of: scores))
    }
}
