public import Domain
import Models
import Reranking

/// The whole cascade, as it is served: recall, then the ranker on the features of that moment, then maximal marginal
/// relevance.
public struct CascadeRecommender: Recommender {
    public let name = "cascade"
    private let catalogue: ServedCatalogue
    private let candidates: Int
    private let diversity: Float

    /// The cascade with as many candidates and as much diversity (0…1) as are served.
    public init(_ catalogue: ServedCatalogue, candidates: Int = 200, diversity: Float) {
        self.catalogue = catalogue
        self.candidates = candidates
        self.diversity = diversity
    }

    public func recommend(for cases: [EvaluationCase], count: Int) -> [[ItemNumber]] {
        let lists = catalogue.candidates(for: cases, limit: max(candidates, count))
        let scores = rankedScores(of: lists)
        let width = catalogue.bundle.twoTower.dimensions
        var mmr = MMR()
        var picks: [Int] = []
        return cases.indices.map { place in
            let range = lists.range(of: place)
            let rows = lists.items[range].flatMap { catalogue.vectors.vector(of: $0) }
            mmr.select(
                count: count, relevance: scores.span.extracting(range), vectors: rows.span, dimensions: width,
                diversity: diversity, into: &picks)
            return picks.map { lists.items[range.lowerBound + $0] }
        }
    }

    private func rankedScores(of lists: CandidateLists) -> [Float] {
        guard let ranker = catalogue.bundle.ranker else { return lists.scores }
        var scores = [Float](repeating: 0, count: lists.items.count)
        var span = scores.mutableSpan
        var scratch = RankerScratch()
        ranker.score(
            userVectors: lists.users.span, offsets: lists.offsets.span, candidates: lists.items.span,
            features: lists.features.span, items: catalogue.vectors, into: &span, scratch: &scratch)
        return scores
    }
}
