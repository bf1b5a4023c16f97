package import Deadline
package import Domain

/// What recall needs to know of one request.
package struct RecallQuery: Sendable {
    package var user: UserState
    /// How many candidates are wanted.
    package var limit: Int
    /// Only items of this category.
    package var category: String?
    /// Items to leave out besides those that the user has seen.
    package var excluded: [ItemNumber]

    package init(user: UserState, limit: Int, category: String? = nil, excluded: [ItemNumber] = []) {
        self.user = user
        self.limit = limit
        self.category = category
        self.excluded = excluded
    }
}

/// The role *recall*: a few hundred candidates out of all items.
package protocol RecallService: Sendable {
    /// Candidates for each query, best first: of the two-tower model for a user with history or attributes, popular and new items
    /// for one without.
    func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch
    /// The items most like each given one, best first, without itself.
    func similar(to items: [ItemNumber], limit: Int, by deadline: Deadline) async throws -> CandidateBatch
}
