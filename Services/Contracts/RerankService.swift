package import Deadline

/// What re-ranking needs to know of one request.
package struct RerankQuery: Sendable {
    /// How many items the answer has.
    package var count: Int
    /// 0: by score alone; 1: by variety alone; nil: as the model's training found best.
    package var diversity: Float?

    package init(count: Int, diversity: Float?) {
        self.count = count
        self.diversity = diversity
    }
}

/// The chosen candidates: indices into the batch's flat arrays, in the order of the answer.
package struct Arrangement: Sendable {
    /// Query `q` owns the range `offsets[q]..<offsets[q + 1]` of ``chosen``.
    package var offsets: [Int]
    /// Indices into `CandidateBatch.items`.
    package var chosen: [Int]

    package init(offsets: [Int] = [0], chosen: [Int] = []) {
        self.offsets = offsets
        self.chosen = chosen
    }

    package func range(of query: Int) -> Range<Int> { offsets[query]..<offsets[query + 1] }
}

/// The role *re-rank*: from a ranked list to an answer that is worth reading as a whole.
package protocol RerankService: Sendable {
    /// Chooses and orders items; `scores` is parallel to `candidates.items`.
    func arrange(
        _ candidates: CandidateBatch, scores: [Float], for queries: [RerankQuery], by deadline: Deadline
    ) async throws -> Arrangement
}
