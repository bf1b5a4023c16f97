/// What a training chooses by its validation part of how its models are served together.
public struct ServingChoice: Sendable, Equatable {
    /// Share of the trained ranker in the final order, and of the linear model of the features that it started from; the
    /// recall score has the rest.
    public var ranker: Float
    public var linear: Float
    /// Hundredths of the candidates' places that are kept for what links alone bring.
    public var linkPlaces: Int

    /// A choice; shares are not negative, together at most 1.
    public init(ranker: Float, linear: Float, linkPlaces: Int) {
        (self.ranker, self.linear, self.linkPlaces) = (ranker, linear, linkPlaces)
    }

    /// The ranker alone, as it was trained: for data without a validation part.
    static let whole = ServingChoice(ranker: 1, linear: 0, linkPlaces: 0)

    /// Places that links have in the lists that rankers learn from.
    static let trainedLinkPlaces = 25

    /// What candidates by links must gain, as a share of the figure without: they take a sixth of a request's processor time.
    static let linkGain = 0.02

    /// What is tried, what changes least last, without places for links first: of equal ones the first is taken.
    static let all = [0, trainedLinkPlaces].flatMap { places in
        [(1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0, 1), (0.5, 0), (0, 0.5), (0, 0)].map {
            ServingChoice(ranker: $0.0, linear: $0.1, linkPlaces: places)
        }
    }
}
