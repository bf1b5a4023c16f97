/// How well a recommender did.
public struct RankingQuality: Sendable, Equatable {
    /// The recommender's name.
    public var name: String
    /// Share of the asked items among the first 20, averaged over users.
    public var recallAt20: Double = 0
    /// Normal approximation of ``recallAt20``'s standard error over users.
    public var recallAt20StandardError: Double = 0
    /// 1/log₂(1 + place) of the asked item when it is among the first 20, else 0; averaged over users.
    public var ndcgAt20: Double = 0
    /// Share of the asked items among the first 10, averaged over users.
    public var hitRateAt10: Double = 0
    /// As ``ndcgAt20``, for the first 10.
    public var ndcgAt10: Double = 0
    /// Share of the recommendable items that appear in anyone's first 20.
    public var coverage: Double = 0
    /// 1 − mean similarity of two items of the same list, see ``DiversityMeasure``; averaged over lists.
    public var diversity: Double = 0

    /// Nothing measured yet.
    public init(name: String) {
        self.name = name
    }
}
