package import Contracts
package import Deadline
package import ModelHost
import Models
import Reranking

/// The role *re-rank* in this process: maximal marginal relevance over the items' vectors.
package final class LocalRerank: RerankService {
    private final class Scratch {
        var mmr = MMR()
        var picks: [Int] = []
    }

    private let host: ModelHost
    private let scratch = ScratchPool { Scratch() }

    package init(host: ModelHost) {
        self.host = host
    }

    package func arrange(
        _ candidates: CandidateBatch, scores: [Float], for queries: [RerankQuery], by deadline: Deadline
    ) async throws -> Arrangement {
        try deadline.check()
        let model = try host.model(candidates.model)
        return scratch.withScratch { scratch in
            var arrangement = Arrangement()
            arrangement.chosen.reserveCapacity(queries.reduce(0) { $0 + $1.count })
            for (place, query) in queries.enumerated() {
                let range = candidates.range(of: place)
                let vectors = model.vectors.vectors.gatherKnown(candidates.items[range])
                scratch.mmr.select(
                    count: query.count, relevance: scores.span.extracting(range), vectors: vectors.span,
                    dimensions: model.vectors.vectors.width, diversity: query.diversity ?? model.bundle.diversity,
                    into: &scratch.picks)
                arrangement.chosen += scratch.picks.lazy.map { range.lowerBound + $0 }
                arrangement.offsets.append(arrangement.chosen.count)
            }
            return arrangement
        }
    }
}
