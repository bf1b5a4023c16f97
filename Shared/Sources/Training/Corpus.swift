public import Domain

/// One interaction of one user, in terms of array indices.
public struct Interaction: Sendable, Equatable {
    /// Index into ``Corpus/users``.
    public var user: UInt32
    /// What was done; its `item` is an index into ``Corpus/items``.
    public var entry: HistoryEntry
    /// Groups the items of one impression and what came of it: the hash of the answer's request id, 0 for none.
    public var request: UInt64

    /// An interaction.
    public init(user: UInt32, entry: HistoryEntry, request: UInt64 = 0) {
        self.user = user
        self.entry = entry
        self.request = request
    }
}

/// A catalogue and its history, read from the log: what training and evaluation work on.
public struct Corpus: Sendable {
    /// The catalogue by item number.
    public var items: [Item]
    /// The users' names.
    public var users: [String]
    /// Attribute tokens of each user.
    public var userAttributes: [[String]]
    /// All interactions in time order; those of one moment in the order of the log. Impressions are among them.
    public var interactions: [Interaction]
    /// Whether timestamps are real; where they only tell the order within a user, a split by global time means nothing.
    public var hasRealTime: Bool
    /// Whether what was done at one moment is in random order (``shuffleTies(seed:)``).
    public private(set) var hasRandomTies = false

    /// A corpus; sorts nothing: interactions come in time order.
    public init(
        items: [Item], users: [String], userAttributes: [[String]], interactions: [Interaction], hasRealTime: Bool
    ) {
        self.items = items
        self.users = users
        self.userAttributes = userAttributes
        self.interactions = interactions
        self.hasRealTime = hasRealTime
    }

    /// Puts what users did at one moment into random order: how a file happens to list it, by the items' names perhaps, says
    /// nothing about what came first, and must not decide what is held out as the last.
    ///
    /// Popular items tend to come later: a user's last one is drawn with chances that grow as degree^``InteractionSplit/lean``, the
    /// one before from the others in the same way.
    public mutating func shuffleTies(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var degrees = [Float](repeating: 0, count: 1 + (interactions.map { Int($0.entry.item) }.max() ?? 0))
        for interaction in interactions where interaction.entry.kind != .impression {
            degrees[Int(interaction.entry.item)] += 1
        }
        var start = 0
        while start < interactions.count {
            let moment = interactions[start].entry.timestamp
            let end = interactions[start...].firstIndex { $0.entry.timestamp != moment } ?? interactions.count
            let places = (start..<end).filter { interactions[$0].entry.kind != .impression }
            // What is drawn first comes last.
            let order = places.map { place in
                let degree = degrees[Int(interactions[place].entry.item)]
                return (
                    key: random.samplingKey(weight: powerOf(degree, InteractionSplit.lean)),
                    interaction: interactions[place]
                )
            }.sorted { $0.key < $1.key }
            for (place, next) in zip(places, order) { interactions[place] = next.interaction }
            start = end
        }
        hasRandomTies = true
    }
}
