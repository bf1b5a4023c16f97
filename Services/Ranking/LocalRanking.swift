package import Contracts
package import Domain
import Models
package import ModelHost

/// The role *ranking* in this process: features by the one encoder, then the ranker.
package final class LocalRanking: RankingService {
    private struct Scratch {
        var encoder = FeatureEncoder()
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
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool
    ) async throws -> RankedScores {
        let model = try host.model(candidates.model)
        let ranker = model.bundle.ranker
        guard ranker != nil || explaining, !candidates.items.isEmpty else {
            return RankedScores(values: candidates.scores)
        }
        let snapshot = catalogue.snapshot()
        return scratch.withScratch { scratch in
            let features = features(of: candidates, users, snapshot, &scratch.encoder)
            var scores = candidates.scores
            if let ranker {
                var output = scores.mutableSpan
                ranker.score(
                    userVectors: candidates.userVectors.span, offsets: candidates.offsets.span,
                    candidates: candidates.items.span, features: features.span, items: model.vectors, into: &output,
                    scratch: &scratch.ranker)
            }
            guard explaining else { return RankedScores(values: scores) }
            let sheet = RankingFeatures(
                names: RankingFeature.specification, values: features, moment: snapshot.statistics.now)
            return RankedScores(values: scores, features: sheet)
        }
    }

    /// The features of all candidates, a row each.
    private func features(
        of candidates: CandidateBatch, _ users: [UserState], _ snapshot: CatalogueSnapshot,
        _ encoder: inout FeatureEncoder
    ) -> [Float] {
        let width = RankingFeature.count
        var values = [Float](repeating: 0, count: candidates.items.count * width)
        var rows = values.mutableSpan
        for (query, user) in users.enumerated() {
            encoder.begin(user: user, facts: snapshot.facts)
            let range = candidates.range(of: query)
            var list = rows._mutatingExtracting((range.lowerBound * width)..<(range.upperBound * width))
            encoder.encode(
                candidates.items.span.extracting(range), scores: candidates.scores.span.extracting(range),
                facts: snapshot.facts, statistics: snapshot.statistics, into: &list)
        }
        return values
    }
}
