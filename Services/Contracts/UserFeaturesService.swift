package import Deadline
package import Domain

/// What became of a look-up of one user. Users live in different places: some may be out of reach while others are not.
package enum UserLookup: Sendable {
    case found(UserState)
    /// Nothing is known of the user.
    case unknown
    /// The user's place does not answer, or not in time: whether anything is known cannot be said.
    case unavailable(any Error)

    /// The state, if one was found.
    package var state: UserState? {
        if case .found(let state) = self { state } else { nil }
    }

    /// The state, nil for a user of whom nothing is known.
    /// - Throws: why it is unavailable.
    package func get() throws -> UserState? {
        if case .unavailable(let error) = self { throw error }
        return state
    }

    package init(_ state: UserState?) {
        self = state.map(Self.found) ?? .unknown
    }
}

/// The role *user-features*: the fold of each user's events.
package protocol UserFeaturesService: Sendable {
    /// What is known of some users, in their order. Never fails as a whole: each user is found, unknown or unavailable.
    func states(of users: [String], by deadline: Deadline) async -> [UserLookup]
    /// Erases a user everywhere: state, checkpoint and log. False when nothing was known.
    func erase(_ user: String) async throws -> Bool
}
