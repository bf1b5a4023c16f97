/// A corpus divided into what models learn from, what picks them, and what measures them.
public struct Split: Sendable {
    /// What an interaction serves for.
    public enum Part: UInt8, Sendable {
        /// Weights, counts and statistics come from it.
        case train = 0
        /// Held out to pick models; the user's later states know it.
        case validation = 1
        /// Held out to measure; nothing learns from it.
        case test = 2
    }

    /// The rule that was used; never `automatic`.
    public let method: SplitOptions.Method
    /// The options it was made with.
    public let options: SplitOptions
    /// A part for each of the corpus's interactions.
    public let parts: [Part]
    /// Interactions that models are asked for when they are picked: indices into the corpus's, ascending.
    public let validationCases: [Int]
    /// Interactions that models are asked for when they are measured: indices into the corpus's, ascending.
    public let testCases: [Int]
    /// Users among ``testCases``.
    public let testUsers: Int
    /// Users who could be asked for before sampling.
    public let eligibleUsers: Int
    /// Users whose last positive interaction was with an item that they had met before.
    public let usersWithRepeatAtEnd: Int
    /// When the test part begins, milliseconds since the epoch; nil under ``SplitOptions/Method/last``.
    public let cut: Int64?
    /// Whether what was done at one moment is in random order.
    let hasRandomTies: Bool

    /// Divides a corpus. The parts depend on the interactions alone: that an item is hidden later moves none of them, its
    /// cases are left out. O(interactions).
    public init(of corpus: Corpus, options: SplitOptions = SplitOptions()) {
        let targets = SplitTargets(of: corpus, targets: options.targets)
        var draft: SplitDraft
        switch options.method {
        case .last:
            draft = .last(corpus, targets: targets)
        case .time:
            draft = .time(corpus, targets: targets, options: options)
        case .automatic:
            draft = .last(corpus, targets: targets)
            if corpus.hasRealTime {
                let byTime = SplitDraft.time(corpus, targets: targets, options: options)
                if byTime.users(of: byTime.test, in: corpus).count >= options.minimumUsersByTime { draft = byTime }
            }
        }
        draft.dropUnavailable(corpus)
        eligibleUsers = draft.users(of: draft.test, in: corpus).count
        draft.sample(corpus, maximumUsers: options.maximumUsers, seed: options.seed)
        self.options = options
        method = draft.method
        parts = draft.parts
        validationCases = draft.validation
        testCases = draft.test
        testUsers = draft.users(of: draft.test, in: corpus).count
        usersWithRepeatAtEnd = targets.usersWithRepeatAtEnd
        cut = draft.cut
        hasRandomTies = corpus.hasRandomTies
    }

    /// Whether models may learn from an interaction.
    public func isTraining(_ interaction: Int) -> Bool { parts[interaction] == .train }
}
