import Domain
import Models
import VectorIndex

/// Measures rankers on validation cases: the candidates that recall gives, in the ranker's order.
struct RankerValidator {
    private let catalogue: ServedCatalogue
    private let cases: [EvaluationCase]
    private let threads: Int
    private let users: [Float]
    private let results: SearchResults
    private let features: [Float]

    init(_ data: TrainingData, catalogue: ServedCatalogue, settings: RankerSettings) {
        self.catalogue = catalogue
        cases = data.validation
        threads = settings.threads
        (users, results) = TwoTowerRecommender(catalogue).candidates(for: cases, count: settings.candidates)
        var features: [Float] = []
        features.reserveCapacity(results.items.count * RankingFeature.count)
        var row = [Float](repeating: 0, count: RankingFeature.count)
        var encoder = FeatureEncoder()
        for (place, question) in cases.enumerated() {
            encoder.begin(user: question.state, facts: catalogue.facts)
            for index in results.range(of: place) {
                var target = row.mutableSpan
                encoder.encode(
                    results.items[index], score: results.scores[index], facts: catalogue.facts,
                    statistics: question.statistics, into: &target)
                features += row
            }
        }
        self.features = features
    }

    /// Figures of the order that recall itself gives.
    func measureRecall() -> [String: Double] { figures(of: results.scores) }

    /// Figures of a ranker's order; empty without cases.
    func measure(_ ranker: RankerModel, items: ItemVectors) -> [String: Double] {
        var scores = [Float](repeating: 0, count: results.items.count)
        var output = scores.mutableSpan
        var scratch = RankerScratch()
        ranker.score(
            userVectors: users.span, offsets: results.offsets.span, candidates: results.items.span,
            features: features.span, items: items, into: &output, scratch: &scratch)
        return figures(of: scores)
    }

    private func figures(of scores: [Float]) -> [String: Double] {
        guard !cases.isEmpty else { return [:] }
        let ranks = RankList(count: cases.count)
        for (place, question) in cases.enumerated() {
            let range = results.range(of: place)
            guard let own = range.first(where: { results.items[$0] == question.target }) else { continue }
            ranks.set(Int32(range.count { scores[$0] > scores[own] }), at: place)
        }
        return ranks.figures
    }
}
