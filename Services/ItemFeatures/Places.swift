import EventLog

/// Places in all lanes of item-updates and of user-events, from lane 0 on: what a row, a marker or a checkpoint holds.
struct Places: Sendable, Hashable {
    var updates: [UInt64]
    var events: [UInt64]

    /// The header of a row that says what it holds.
    static let header = "cascade-places"
    private static let format: UInt64 = 1
    /// More lanes than a topic may have.
    private static let laneLimit: UInt64 = 100_000

    /// The beginnings of no lanes.
    init() {
        updates = []
        events = []
    }

    init(updates: LogPositions, events: LogPositions, lanes: Int) {
        self.updates = (0..<lanes).map { updates[$0].rawValue }
        self.events = (0..<lanes).map { events[$0].rawValue }
    }

    /// Takes places from bytes; nil when they do not begin with any, or with some of a newer format.
    init?(from bytes: inout ArraySlice<UInt8>) {
        func places() -> [UInt64]? {
            guard let count = VariableLengthInteger.take(from: &bytes), count < Self.laneLimit else { return nil }
            var places: [UInt64] = []
            for _ in 0..<count {
                guard let place = VariableLengthInteger.take(from: &bytes) else { return nil }
                places.append(place)
            }
            return places
        }
        guard VariableLengthInteger.take(from: &bytes) == Self.format, let updates = places(), let events = places()
        else { return nil }
        self.updates = updates
        self.events = events
    }

    /// What the headers of a row say.
    init?(_ headers: [RecordHeader]) {
        guard let header = headers.last(where: { $0.name == Self.header }) else { return nil }
        var rest = header.value[...]
        self.init(from: &rest)
    }

    /// Format (1), then for each of the topics the number of lanes and the place in each; variable-length integers.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        VariableLengthInteger.append(Self.format, to: &bytes)
        for places in [updates, events] {
            VariableLengthInteger.append(UInt64(places.count), to: &bytes)
            for place in places { VariableLengthInteger.append(place, to: &bytes) }
        }
        return bytes
    }

    /// The later place of each lane.
    func merged(with other: Places) -> Places {
        var merged = self
        merged.updates = Self.later(updates, other.updates)
        merged.events = Self.later(events, other.events)
        return merged
    }

    /// Whether no lane of either topic is behind that of another.
    func holds(_ other: Places) -> Bool {
        Self.holds(updates, other.updates) && Self.holds(events, other.events)
    }

    /// Whether no place of a list is behind that of another; those of lanes that are not named are the beginnings.
    static func holds(_ one: [UInt64], _ other: [UInt64]) -> Bool {
        other.enumerated().allSatisfy { $0.element == 0 || ($0.offset < one.count && one[$0.offset] >= $0.element) }
    }

    /// One topic's places as positions.
    static func positions(_ places: [UInt64]) -> LogPositions {
        var positions = LogPositions()
        for (lane, place) in places.enumerated() { positions[lane] = LogPosition(rawValue: place) }
        return positions
    }

    private static func later(_ one: [UInt64], _ other: [UInt64]) -> [UInt64] {
        (0..<max(one.count, other.count)).map { lane in
            max(lane < one.count ? one[lane] : 0, lane < other.count ? other[lane] : 0)
        }
    }
}
