import Domain
import Models

/// Mixtures of a ranker with the recall score that it started from.
struct RankerBlend {
    /// Shares of the ranker that are tried; 0 is the recall score alone.
    static let shares: [Float] = [1, 0.75, 0.5, 0.25, 0]

    let ranker: QuantisedRanker

    init(_ ranker: QuantisedRanker) { self.ranker = ranker }

    /// The ranker's share `share`, the recall score's the rest.
    func blended(_ share: Float) -> QuantisedRanker {
        ranker.blended(share: share, recall: RankingFeature.recallScore.rawValue)
    }

    /// A mixture and what it is worth on validation.
    struct Choice {
        var share: Float
        var ranker: QuantisedRanker
        var figures: [String: Double]
    }

    /// The mixture with the best NDCG@20, of equal ones the first; without cases the first.
    func best(of shares: [Float], on validator: RankerValidator, vectors: ItemVectors) -> Choice {
        var best: Choice?
        for share in shares {
            let candidate = blended(share)
            let figures = validator.measure(QuantisedScorer(candidate, vectors: vectors))
            if let best, (figures["ndcg@20"] ?? 0) <= (best.figures["ndcg@20"] ?? 0) { continue }
            best = Choice(share: share, ranker: candidate, figures: figures)
        }
        return best ?? Choice(share: 1, ranker: ranker, figures: [:])
    }
}
