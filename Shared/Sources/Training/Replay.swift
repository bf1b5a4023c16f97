public import Domain

/// The fold of a corpus in time order: every user's state and the items' statistics as of any moment of history.
///
/// The trainer, the evaluator and the test that holds serving against training all replay through this one type, which
/// applies interactions with the same ``UserState`` and ``ItemStatistics`` that the services keep.
public struct Replay: Sendable {
    /// States by user index as of the latest interaction that was applied.
    public private(set) var users: [UserState]
    /// Statistics as of the latest interaction that was applied.
    public private(set) var statistics = ItemStatistics()
    /// Bounds of the states.
    public let limits: UserState.Limits

    /// The moment before the corpus's first interaction: users have their attributes and nothing else.
    public init(of corpus: Corpus, limits: UserState.Limits = UserState.Limits()) {
        self.limits = limits
        users = corpus.userAttributes.map(UserState.init(attributes:))
        statistics.grow(to: corpus.items.count)
    }

    /// Takes the next interaction into its user's state and into the statistics. O(history + seen) of the user.
    public mutating func apply(_ interaction: Interaction) {
        users[Int(interaction.user)].apply(interaction.entry, limits: limits)
        statistics.apply(interaction.entry)
    }

    /// Takes the next interaction into its user's state alone and lets the statistics' clock run: for interactions that
    /// are held out, which the user has met but nobody counts.
    public mutating func applyHeldOut(_ interaction: Interaction) {
        users[Int(interaction.user)].apply(interaction.entry, limits: limits)
        statistics.advance(to: interaction.entry.timestamp)
    }
}
