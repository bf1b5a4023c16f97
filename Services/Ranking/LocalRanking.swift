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
        /// Of one user's candidates.
        var features: [Float] = []
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
        guard ranker != nil || explaining else { return RankedScores(values: candidates.scores) }
        guard ranker == nil || candidates.dimensions == model.bundle.twoTower.dimensions else {
            throw ServiceUnavailable("the candidates' user vectors are not of the model that they name")
        }
        let snapshot = catalogue.snapshot()
        return scratch.withScratch { scratch in
            let width = RankingFeature.count
            var sheet = RankingFeatures(
                names: RankingFeature.specification, values: [], moment: snapshot.statistics.now)
            var scores = candidates.scores
            var output = scores.mutableSpan
            var features: [Float] = []
            swap(&features, &scratch.features)
            defer { swap(&features, &scratch.features) }
            // A user at a time, in the same memory: the features are scored while they are in the nearest caches.
            for (query, user) in users.enumerated() {
                let range = candidates.range(of: query)
                let items = candidates.items.span.extracting(range)
                let count = range.count * width
                if features.count < count { features = [Float](repeating: 0, count: count) }
                var rows = features.mutableSpan
                var list = rows._mutatingExtracting(0..<count)
                scratch.inputs.write(
                    items, scores: candidates.scores.span.extracting(range), for: user, bundle: model.bundle,
                    vectors: model.vectors, facts: snapshot.facts, statistics: snapshot.statistics, into: &list)
                if explaining { sheet.values += features[..<count] }
                guard let ranker else { continue }
                let vector = (query * candidates.dimensions)..<((query + 1) * candidates.dimensions)
                var places = output._mutatingExtracting(range)
                ranker.scoreKnown(
                    userVector: candidates.userVectors.span.extracting(vector), candidates: items,
                    features: features.span.extracting(0..<count), items: model.vectors, into: &places,
                    scratch: &scratch.ranker)
            }
            return RankedScores(values: scores, features: explaining ? sheet : nil)
        }
    }
}
