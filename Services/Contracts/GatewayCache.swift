package import Deadline
package import Domain

/// What the gateway keeps near itself so that it need not ask, or cannot: answers, users' rows, the popular lists.
///
/// Everything in it may be gone at any moment. Nothing here fails: what cannot be had in the time that the cache allows
/// itself, or is not ours, is a miss.
package protocol GatewayCache: Sendable {
    /// Answers made for exactly these keys; nil for a miss. A list is `nil` or complete.
    func lists(for keys: [ListKey], by deadline: Deadline) async -> [CachedList?]
    /// The last answers that were made for these users and parameters, whatever the users' versions and the models were.
    func lastLists(for keys: [ListKey], by deadline: Deadline) async -> [CachedList?]
    /// Keeps answers; does not wait.
    func store(_ lists: [(key: ListKey, list: CachedList)])

    /// The rows of users as they were when they were stored.
    func users(_ users: [String], by deadline: Deadline) async -> [UserState?]
    /// Keeps rows; does not wait.
    func store(users: [(user: String, state: UserState)])

    /// What is popular, with all that an answer needs of each item, for a gateway that has no catalogue.
    func popularItems(category: String?, by deadline: Deadline) async -> [PopularItem]
    /// Keeps the popular items; does not wait.
    func store(popular: [PopularItem], category: String?)

    /// Drops all that is kept of a user, before the call returns where that is possible.
    func forget(_ user: String, by deadline: Deadline) async
}

/// What an answer depends on. A new event raises the user's version, a new model has another name: keys miss by themselves,
/// nothing is ever invalidated.
package struct ListKey: Sendable, Hashable {
    package var user: String
    /// `UserState.version` and the time of the newest interaction, so that a user who was erased and began anew has other keys.
    package var version: UInt64
    package var newest: Int64
    package var model: String
    package var parameters: ListParameters

    package init(user: String, state: UserState, model: String, parameters: ListParameters) {
        self.user = user
        version = state.version
        newest = state.history.last?.timestamp ?? 0
        self.model = model
        self.parameters = parameters
    }
}

/// The parameters of a request that its list depends on.
package struct ListParameters: Sendable, Hashable {
    package var count: Int
    /// See `RerankQuery.diversity`.
    package var diversity: Float?
    package var category: String?
    /// Items left out: excluded ones and those of earlier pages, ascending.
    package var excluded: [ItemNumber]

    package init(count: Int, diversity: Float?, category: String?, excluded: [ItemNumber]) {
        self.count = count
        self.diversity = diversity
        self.category = category
        self.excluded = excluded.sorted()
    }
}

/// An answer's items, best first. Whether they may still be shown is looked up when they are.
package struct CachedList: Sendable, Equatable {
    package var model: String
    package var items: [ItemNumber]
    package var scores: [Float]
    package var sources: [CandidateSource]

    package init(model: String, items: [ItemNumber], scores: [Float], sources: [CandidateSource]) {
        self.model = model
        self.items = items
        self.scores = scores
        self.sources = sources
    }
}

/// An item of a popular list and how it is shown.
package struct PopularItem: Sendable, Equatable {
    package var score: Float
    /// See `ItemRow.answerFragment`.
    package var answerFragment: [UInt8]

    package init(score: Float, answerFragment: [UInt8]) {
        self.score = score
        self.answerFragment = answerFragment
    }
}
