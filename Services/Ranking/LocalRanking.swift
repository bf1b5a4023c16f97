package import Contracts
package import Domain
import Models
package import ModelHost

/// The role *ranking* in this process: features by the one encoder, then the ranker.
package final class LocalRanking: RankingService {
    private struct Scratch {
        var encoder = FeatureEncoder()
        var features: [Float] = []
        var ranker = RankerScratch()
    }

    private let host: ModelHost
    private let catalogue: any ItemCatalogue
    private let scratch = ScratchPool { Scratch() }

    package init(host: ModelHost, catalogue: any ItemCatalogue) {
        self.host = host
        self.catalogue = catalogue
    }

    package func scores(of candidates: CandidateBatch, for users: [UserState]) async throws -> [Float] {
        let model = try host.model(candidates.model)
        guard let ranker = model.bundle.ranker, !candidates.items.isEmpty else { return candidates.scores }
        let snapshot = catalogue.snapshot()
        return scratch.withScratch { scratch in
            encode(candidates, users, model, snapshot, &scratch)
            var scores = [Float](repeating: 0, count: candidates.items.count)
            var output = scores.mutableSpan
            let values = candidates.items.count * RankingFeature.count
            ranker.score(
                userVectors: candidates.userVectors.span, offsets: candidates.offsets.span,
                candidates: candidates.items.span, features: scratch.features.span.extracting(0..<values),
                items: model.vectors, into: &output, scratch: &scratch.ranker)
            return scores
        }
    }

    package func features(of candidates: CandidateBatch, for users: [UserState]) async throws -> RankingFeatures {
        let model = try host.model(candidates.model)
        let snapshot = catalogue.snapshot()
        return scratch.withScratch { scratch in
            encode(candidates, users, model, snapshot, &scratch)
            let values = candidates.items.count * RankingFeature.count
            return RankingFeatures(
                names: RankingFeature.specification, values: Array(scratch.features.prefix(values)))
        }
    }

    /// Fills `scratch.features` with a row a candidate.
    private func encode(
        _ candidates: CandidateBatch, _ users: [UserState], _ model: LiveModel, _ snapshot: CatalogueSnapshot,
        _ scratch: inout Scratch
    ) {
        let width = RankingFeature.count
        let values = candidates.items.count * width
        if scratch.features.count < values { scratch.features = [Float](repeating: 0, count: values) }
        var rows = scratch.features.mutableSpan
        for (query, user) in users.enumerated() {
            scratch.encoder.begin(user: user, facts: snapshot.facts)
            for index in candidates.range(of: query) {
                var row = rows._mutatingExtracting((index * width)..<((index + 1) * width))
                scratch.encoder.encode(
                    candidates.items[index], score: candidates.scores[index], facts: snapshot.facts,
                    statistics: snapshot.statistics, into: &row)
            }
        }
    }
}
