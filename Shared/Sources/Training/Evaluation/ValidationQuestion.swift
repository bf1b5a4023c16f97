public import Domain

/// A question that a training is judged by: what did this user take next?
///
/// It says which statistics of the items go with it, and does not have them: each moment has its own, as large as the catalogue,
/// and a training asks of a thousand moments. ``ValidationCases`` makes them, one moment after the other.
public struct ValidationQuestion: Sendable {
    /// Index into the corpus's users.
    public let user: UInt32
    /// The item that the user took.
    public let target: ItemNumber
    /// The user's state just before.
    public let state: UserState
    /// How many interactions of the training part the statistics count, the first ones.
    public internal(set) var counted: Int
    /// Where the statistics' clock stands.
    public let moment: Int64
}

extension ValidationQuestion {
    /// The question of a case.
    init(_ question: EvaluationCase) {
        self.init(
            user: question.user, target: question.target, state: question.state, counted: question.counted,
            moment: question.statistics.now)
    }
}
