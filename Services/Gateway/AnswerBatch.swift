import Contracts
import Domain

/// What the cascade made of some requests.
struct AnswerBatch {
    var candidates = CandidateBatch()
    /// Parallel to `candidates.items`.
    var scores: [Float] = []
    var arrangement = Arrangement()
    /// Only when a request of the batch asked for an explanation.
    var features: RankingFeatures?
}

/// The answers to a batch of requests.
struct Answers {
    /// One a request.
    var answers: [Answer]
    /// What answers that went through the cascade refer to.
    var cascade = AnswerBatch()
    /// Rows of all items named.
    var catalogue: CatalogueSnapshot
}

/// One request's answer and the rung that it stands on.
struct Answer {
    enum Content {
        /// Went through the cascade: the query of ``Answers/cascade``.
        case cascade(query: Int)
        /// Was made before, or by lists alone.
        case list(CachedList)
        /// Comes from the cache as it is to be shown: there is no catalogue.
        case shown([PopularItem])
    }

    var rung: Rung
    var content: Content
}
