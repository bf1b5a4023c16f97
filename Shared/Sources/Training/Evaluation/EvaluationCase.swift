public import Domain

/// One question to a recommender: what will this user take next?
public struct EvaluationCase: Sendable {
    /// Index into the corpus's users.
    public let user: UInt32
    /// The item that the user took.
    public let target: ItemNumber
    /// The user's state just before.
    public let state: UserState
    /// Items that the user has taken with a positive weight before, each once, in the order of first arrival.
    public let liked: [ItemNumber]
    /// Statistics of the items as of that moment, of the training part alone.
    public let statistics: ItemStatistics
    /// How many interactions of the training part the statistics count.
    let counted: Int
}
