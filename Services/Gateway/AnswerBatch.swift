import Contracts
import Domain

/// What the cascade made of a batch of requests.
struct AnswerBatch {
    /// How much of the cascade an answer stands on: the rungs of the ladder, best first.
    enum Rung: String {
        case fresh
        /// A stage failed: popular items, less what the request excludes.
        case popular
    }

    var rung: Rung
    var candidates: CandidateBatch
    /// Parallel to `candidates.items`.
    var scores: [Float]
    var arrangement: Arrangement
    /// Only when a request of the batch asked for an explanation.
    var features: RankingFeatures?
    /// Rows of all items named above.
    var catalogue: CatalogueSnapshot
}
