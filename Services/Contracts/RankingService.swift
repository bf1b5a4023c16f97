package import Domain

/// The role *ranking*: scores candidates with the full model.
package protocol RankingService: Sendable {
    /// A score for every candidate, parallel to `candidates.items`; higher is better. `users` has one state a query.
    func scores(of candidates: CandidateBatch, for users: [UserState]) async throws -> [Float]
}
