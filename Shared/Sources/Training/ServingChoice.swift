import Domain
import Models

/// What a training chooses by its validation part of how its models are served together.
public struct ServingChoice: Sendable, Equatable {
    /// Share of the trained ranker in the final order, and of the linear model of the features that it started from; the
    /// recall score has the rest.
    public var ranker: Float
    public var linear: Float
    /// Weight of company beside the recall score: exp(score) is multiplied by (1 + s) to this power, `s` the sum of the links
    /// to items that the same users take (``RankingFeature/companyLong``).
    public var company: Float
    /// Weight of popularity beside the recall score: exp(score) is multiplied by (1 + what happened with the item of late) to this
    /// power (``RankingFeature/recentPopularity``). Below zero it serves what is less popular.
    public var popularity: Float
    /// How much variety counts in re-ranking, see ``ModelBundle/diversity``.
    public var diversity = ModelBundle.usualDiversity

    /// A choice; shares are not negative, together at most 1.
    public init(ranker: Float, linear: Float, company: Float = 0, popularity: Float = 0) {
        (self.ranker, self.linear, self.company, self.popularity) = (ranker, linear, company, popularity)
    }

    /// This choice with another value.
    func with<Value>(_ part: WritableKeyPath<ServingChoice, Value>, _ value: Value) -> ServingChoice {
        var choice = self
        choice[keyPath: part] = value
        return choice
    }

    func with(shares: (ranker: Float, linear: Float)) -> ServingChoice {
        with(\.ranker, shares.ranker).with(\.linear, shares.linear)
    }

    /// Whether nothing serves that a ranker's lessons are needed for.
    var isWithoutRanker: Bool { ranker == 0 && linear == 0 }

    /// The recall score with what is beside it, as weights of the features.
    var recallWeights: [Float] {
        var weights = [Float](repeating: 0, count: RankingFeature.count)
        weights[RankingFeature.recallScore.rawValue] = 1
        weights[RankingFeature.companyLong.rawValue] = company
        weights[RankingFeature.recentPopularity.rawValue] = popularity
        return weights
    }

    /// The ranker alone, as it was trained: for data without a validation part.
    static let whole = ServingChoice(ranker: 1, linear: 0)

    /// Shares that are tried, what changes least last: of equal ones the first is taken.
    static let shares: [(ranker: Float, linear: Float)] = [
        (1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0, 1), (0.5, 0), (0, 0.5),
    ]

    /// Weights of company that are tried.
    static let companies: [Float] = [0, 0.1, 0.2, 0.3, 0.45, 0.7, 1, 1.4, 2]

    /// Weights of popularity that are tried.
    static let popularities: [Float] = [0, -0.1, -0.05, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45]

    /// Diversities that are tried: what is served is never less varied than the first.
    static let diversities: [Float] = [ModelBundle.usualDiversity, 0.2, 0.3, 0.4, 0.5]
}
