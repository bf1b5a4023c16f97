import Domain

/// What a training chooses by its validation part of how its models are served together.
public struct ServingChoice: Sendable, Equatable {
    /// Share of the trained ranker in the final order, and of the linear model of the features that it started from; the
    /// recall score has the rest.
    public var ranker: Float
    public var linear: Float
    /// Weight of company beside the recall score: exp(score) is multiplied by (1 + s) to this power, `s` the sum of the links
    /// to items that the same users take (``RankingFeature/companyLong``).
    public var company: Float

    /// A choice; shares are not negative, together at most 1.
    public init(ranker: Float, linear: Float, company: Float = 0) {
        (self.ranker, self.linear, self.company) = (ranker, linear, company)
    }

    /// Whether nothing serves that a ranker's lessons are needed for.
    var isWithoutRanker: Bool { ranker == 0 && linear == 0 }

    /// The recall score with company beside it, as weights of the features.
    var recallWeights: [Float] {
        var weights = [Float](repeating: 0, count: RankingFeature.count)
        weights[RankingFeature.recallScore.rawValue] = 1
        weights[RankingFeature.companyLong.rawValue] = company
        return weights
    }

    /// The ranker alone, as it was trained: for data without a validation part.
    static let whole = ServingChoice(ranker: 1, linear: 0)

    /// Shares that are tried, what changes least last: of equal ones the first is taken.
    static let shares = [(1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0, 1), (0.5, 0), (0, 0.5)].map {
        ServingChoice(ranker: $0.0, linear: $0.1)
    }

    /// How often chance alone may make shares look as good on the validation part as those that are taken.
    static let chance = 0.05

    /// Weights of company that are tried.
    static let companies: [Float] = [0, 0.1, 0.2, 0.3, 0.45, 0.7, 1]
}
