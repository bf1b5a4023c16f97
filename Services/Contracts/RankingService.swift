package import Deadline
package import Domain

/// The inputs of the ranker for some candidates, by name: what an answer sheet shows and what a replay must reproduce.
package struct RankingFeatures: Sendable {
    /// Names of the features, in the order of the values.
    package var names: [String]
    /// candidates × names.
    package var values: [Float]
    /// The time of the statistics that they are made of, milliseconds since the epoch.
    package var moment: Int64

    package init(names: [String] = [], values: [Float] = [], moment: Int64 = 0) {
        self.names = names
        self.values = values
        self.moment = moment
    }
}

/// What ranking made of a batch of candidates.
package struct RankedScores: Sendable {
    /// A score for every candidate, parallel to `CandidateBatch.items`; higher is better.
    package var values: [Float]
    /// The very features that the scores were computed from; nil unless they were asked for.
    package var features: RankingFeatures?

    package init(values: [Float], features: RankingFeatures? = nil) {
        self.values = values
        self.features = features
    }
}

/// The role *ranking*: scores candidates with the full model.
package protocol RankingService: Sendable {
    /// Scores all candidates; `users` has one state a query. `explaining` asks for the features as well, for answers that
    /// are to be explained.
    func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores
}
