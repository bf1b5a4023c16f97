/// What the system knows of a user: the fold of the user's events, bounded in size.
public struct UserState: Sendable, Equatable {
    /// Limits of what is remembered of one user.
    public struct Limits: Sendable, Equatable {
        /// Interactions that the user tower looks at.
        public var history: Int
        /// Items that are not recommended again.
        public var seen: Int

        /// Limits; both at least 1.
        public init(history: Int = 64, seen: Int = 4096) {
            self.history = max(1, history)
            self.seen = max(1, seen)
        }
    }

    /// Raised by every event that changes the state.
    public internal(set) var version: UInt64 = 0
    /// The most recent interactions in time order, the newest last.
    public internal(set) var history: [HistoryEntry] = []
    /// Items that the user has met by an interaction, each once, in the order of first arrival.
    public internal(set) var seen: [ItemNumber] = []
    /// What the owner says of the user (country, age group), as model tokens `name=value`, sorted.
    public internal(set) var attributes: [String] = []

    /// A user of whom nothing is known.
    public init() {}

    /// A user of whom nothing is known but attributes, given as model tokens `name=value`.
    public init(attributes: [String]) {
        self.attributes = attributes.sorted()
    }

    /// A state that was stored or sent, folded elsewhere; nil when no events lead to it: a history that is out of order,
    /// that has an impression or a weight that is not a number, or attributes that are out of order. O(entries).
    public init?(version: UInt64, history: [HistoryEntry], seen: [ItemNumber], attributes: [String]) {
        for (place, entry) in history.enumerated() {
            guard entry.kind != .impression, entry.weight.isFinite else { return nil }
            if place > 0, history[place - 1].timestamp > entry.timestamp { return nil }
        }
        for (name, next) in zip(attributes, attributes.dropFirst()) where next < name { return nil }
        self.version = version
        self.history = history
        self.seen = seen
        self.attributes = attributes
    }

    /// Takes an interaction in: an impression changes nothing, everything else enters history and the seen items.
    /// Late events find their place by time. O(history + seen).
    public mutating func apply(_ entry: HistoryEntry, limits: Limits) {
        guard entry.kind != .impression else { return }
        version += 1
        var place = history.count
        while place > 0, history[place - 1].timestamp > entry.timestamp { place -= 1 }
        history.insert(entry, at: place)
        if history.count > limits.history { history.removeFirst(history.count - limits.history) }
        guard !seen.contains(entry.item) else { return }
        seen.append(entry.item)
        if seen.count > limits.seen { seen.removeFirst(seen.count - limits.seen) }
    }

    /// Entries that ``taken`` brings together at most, unless history alone has more.
    public static let takenLimit = 512

    /// The latest of the seen items that are no longer in the history, in the order of first arrival: as many as make
    /// ``takenLimit`` with it. O(history + seen).
    public var earlier: [ItemNumber] {
        guard history.count < Self.takenLimit, !seen.isEmpty else { return [] }
        let recent = Set(history.map(\.item))
        return seen.reversed().lazy.filter { !recent.contains($0) }.prefix(Self.takenLimit - history.count).reversed()
    }

    /// Everything that the user took, as far as it is remembered: the history, and before it the ``earlier`` items. What was
    /// thought of those is forgotten: each counts as one click, as old as the oldest entry.
    public var taken: [HistoryEntry] {
        guard let oldest = history.first else { return [] }
        return earlier.map { HistoryEntry(item: $0, kind: .click, weight: 1, timestamp: oldest.timestamp) } + history
    }

    /// Replaces the user's attributes.
    public mutating func setAttributes(_ fields: [String: FieldValue]) {
        version += 1
        attributes = fields.flatMap { name, value in value.tokens.map { "\(name)=\($0)" } }.sorted()
    }
}
