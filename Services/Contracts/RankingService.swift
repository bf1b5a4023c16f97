package import Domain

/// The inputs of the ranker for some candidates, by name: what an answer sheet shows and what a replay must reproduce.
package struct RankingFeatures: Sendable {
    /// Names of the features, in the order of the values.
    package var names: [String]
    /// candidates × names.
    package var values: [Float]

    package init(names: [String] = [], values: [Float] = []) {
        self.names = names
        self.values = values
    }
}

/// The role *ranking*: scores candidates with the full model.
package protocol RankingService: Sendable {
    /// A score for every candidate, parallel to `candidates.items`; higher is better. `users` has one state a query.
    func scores(of candidates: CandidateBatch, for users: [UserState]) async throws -> [Float]
    /// The features from which ``scores(of:for:)`` computes its scores, for answers that are to be explained.
    func features(of candidates: CandidateBatch, for users: [UserState]) async throws -> RankingFeatures
}
