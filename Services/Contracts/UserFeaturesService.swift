package import Deadline
package import Domain

/// The role *user-features*: the fold of each user's events.
package protocol UserFeaturesService: Sendable {
    /// The states of some users, in their order; nil for one of whom nothing is known.
    func states(of users: [String], by deadline: Deadline) async throws -> [UserState?]
    /// Erases a user everywhere: state, checkpoint and log. False when nothing was known.
    func erase(_ user: String) async throws -> Bool
}
