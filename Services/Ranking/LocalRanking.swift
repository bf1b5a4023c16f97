package import Contracts
package import Deadline
package import Domain
import Models
package import ModelHost

/// The role *ranking* in this process: features by the one implementation, then the ranker.
package final class LocalRanking: RankingService {
    private struct Scratch {
        var inputs = RankingInputs()
        var ranker = RankerScratch()
    }

    private let host: ModelHost
    private let catalogue: any ItemCatalogue
    private let scratch = ScratchPool { Scratch() }

    package init(host: ModelHost, catalogue: any ItemCatalogue) {
        self.host = host
        self.catalogue = catalogue
    }

    package func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores {
        try deadline.check()
        let model = try host.model(candidates.model)
        let ranker = model.bundle.ranker
        guard ranker != nil || explaining, !candidates.items.isEmpty else {
            return RankedScores(values: candidates.scores)
        }
        guard ranker == nil || candidates.dimensions == model.bundle.twoTower.dimensions else {
            throw ServiceUnavailable("the candidates' user vectors are not of the model that they name")
        }
        let snapshot = catalogue.snapshot()
        return scratch.withScratch { scratch in
            let width = RankingFeature.count
            var features = [Float](repeating: 0, count: candidates.items.count * width)
            var scores = candidates.scores
            var rows = features.mutableSpan
            var output = scores.mutableSpan
            // A user at a time: the features are scored while they are in the nearest caches.
            for (query, user) in users.enumerated() {
                let range = candidates.range(of: query)
                let items = candidates.items.span.extracting(range)
                var list = rows._mutatingExtracting((range.lowerBound * width)..<(range.upperBound * width))
                scratch.inputs.write(
                    items, scores: candidates.scores.span.extracting(range), for: user, bundle: model.bundle,
                    vectors: model.vectors, facts: snapshot.facts, statistics: snapshot.statistics, into: &list)
                guard let ranker else { continue }
                let vector = (query * candidates.dimensions)..<((query + 1) * candidates.dimensions)
                var places = output._mutatingExtracting(range)
                ranker.scoreKnown(
                    userVector: candidates.userVectors.span.extracting(vector), candidates: items, features: list.span,
                    items: model.vectors, into: &places, scratch: &scratch.ranker)
            }
            guard explaining else { return RankedScores(values: scores) }
            let sheet = RankingFeatures(
                names: RankingFeature.specification, values: features, moment: snapshot.statistics.now)
            return RankedScores(values: scores, features: sheet)
        }
    }
}
