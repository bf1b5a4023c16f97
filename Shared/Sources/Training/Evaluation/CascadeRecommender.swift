public import Domain
import Models
import Reranking
import VectorIndex

/// The whole cascade, as it is served: recall, then the ranker on the features of that moment, then maximal marginal
/// relevance.
public struct CascadeRecommender: Recommender {
    public let name = "cascade"
    private let catalogue: ServedCatalogue
    private let recall: TwoTowerRecommender
    private let candidates: Int
    private let diversity: Float

    /// The cascade with as many candidates and as much diversity (0…1) as are served.
    public init(_ catalogue: ServedCatalogue, candidates: Int = 200, diversity: Float) {
        self.catalogue = catalogue
        recall = TwoTowerRecommender(catalogue)
        self.candidates = candidates
        self.diversity = diversity
    }

    public func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        let (users, results) = recall.candidates(for: cases, count: max(candidates, count))
        let scores = rankedScores(users: users, results: results, cases: cases)
        let width = catalogue.bundle.twoTower.dimensions
        var mmr = MMR()
        var picks: [Int] = []
        return cases.indices.map { place in
            let range = results.range(of: place)
            let rows = results.items[range].flatMap { catalogue.vectors.vector(of: $0) }
            mmr.select(
                count: count, relevance: scores.span.extracting(range), vectors: rows.span, dimensions: width,
                diversity: diversity, into: &picks)
            return picks.map { results.items[range.lowerBound + $0] }
        }
    }

    private func rankedScores(users: [Float], results: SearchResults, cases: [EvaluationCase]) -> [Float] {
        guard let ranker = catalogue.bundle.ranker else { return results.scores }
        let width = RankingFeature.count
        var features: [Float] = []
        features.reserveCapacity(results.items.count * width)
        var rowFeatures = [Float](repeating: 0, count: width)
        var encoder = FeatureEncoder()
        for (place, question) in cases.enumerated() {
            encoder.begin(user: question.state, facts: catalogue.facts)
            for row in results.range(of: place) {
                var target = rowFeatures.mutableSpan
                encoder.encode(
                    results.items[row], score: results.scores[row], facts: catalogue.facts,
                    statistics: question.statistics, into: &target)
                features += rowFeatures
            }
        }
        var scores = [Float](repeating: 0, count: results.items.count)
        var span = scores.mutableSpan
        var scratch = RankerScratch()
        ranker.score(
            userVectors: users.span, offsets: results.offsets.span, candidates: results.items.span,
            features: features.span, items: catalogue.vectors, into: &span, scratch: &scratch)
        return scores
    }
}
