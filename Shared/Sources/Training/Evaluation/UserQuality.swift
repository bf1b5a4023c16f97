/// What a recommender's lists were worth to one user, averaged over the user's cases; see ``RankingQuality``.
public struct UserQuality: Sendable, Equatable {
    /// Index into the corpus's users.
    public let user: UInt32
    public let recallAt20: Double
    public let ndcgAt20: Double
    public let hitRateAt10: Double
    public let ndcgAt10: Double
}
