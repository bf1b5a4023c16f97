import Domain

/// What is known of the users of a batch when their rows have been asked for.
struct KnownRows {
    /// Where a row is from, best first.
    enum Origin {
        /// The row's owner, which may have said that nothing is known of the user.
        case owner
        /// The cache, as the owner did not answer.
        case cache
        /// Nobody: the state is a stranger's.
        case nobody

        /// The best rung that an answer made of such a row stands on.
        var rung: Rung {
            switch self {
            case .owner: .fresh
            case .cache: .cachedFeatures
            case .nobody: .popular
            }
        }
    }

    var states: [UserState]
    var origins: [Origin]

    /// Of users whose rows nobody has given yet.
    init(count: Int) {
        states = [UserState](repeating: UserState(), count: count)
        origins = [Origin](repeating: .nobody, count: count)
    }
}
