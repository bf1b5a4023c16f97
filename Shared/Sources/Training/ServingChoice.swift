/// What a training chooses by its validation part of how its models are served together.
public struct ServingChoice: Sendable, Equatable {
    /// Share of the trained ranker in the final order, and of the linear model of the features that it started from; the
    /// recall score has the rest.
    public var ranker: Float
    public var linear: Float

    /// A choice; shares are not negative, together at most 1.
    public init(ranker: Float, linear: Float) {
        (self.ranker, self.linear) = (ranker, linear)
    }

    /// The ranker alone, as it was trained: for data without a validation part.
    static let whole = ServingChoice(ranker: 1, linear: 0)

    /// What is tried, what changes least last: of equal ones the first is taken.
    static let all = [(1, 0), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75), (0, 1), (0.5, 0), (0, 0.5), (0, 0)].map {
        ServingChoice(ranker: $0.0, linear: $0.1)
    }
}
