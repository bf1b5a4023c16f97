import Domain
import EventLog
import Training

/// Takes a catalogue and then events in the order of the log, and makes a corpus of them.
struct CorpusBuilder {
    private let weights: EventWeights
    private var items: [Item] = []
    private var numbers: [String: (number: ItemNumber, introduced: LogPosition)] = [:]
    private var users: [String] = []
    private var indices: [String: UInt32] = [:]
    private var attributes: [[String]] = []
    private var interactions: [Interaction] = []
    private var isSorted = true
    /// Users who were erased, by what they were called here.
    private var erased: Set<UInt32> = []
    private(set) var events = 0
    private(set) var eventsOfUnknownItems = 0

    init(weights: EventWeights) {
        self.weights = weights
    }

    /// Creates or replaces an item at a place of the log. Numbers are given in the order of first arrival.
    mutating func put(_ item: Item, at position: LogPosition) {
        if let known = numbers[item.id] {
            items[Int(known.number)] = item
        } else {
            numbers[item.id] = (ItemNumber(items.count), position)
            items.append(item)
        }
    }

    /// A deleted item keeps its number and its past, but is never recommended.
    mutating func delete(_ id: String) {
        guard let known = numbers[id] else { return }
        items[Int(known.number)].isHidden = true
    }

    /// Takes in the next event of the log. What it says of an item that came after it does not count, as it did not for
    /// the services.
    mutating func add(_ event: Event, at position: LogPosition) {
        events += 1
        if event.type == Event.userAttributesType {
            var state = UserState()
            state.setAttributes(event.fields)
            attributes[Int(index(of: event.user))] = state.attributes
            return
        }
        guard !event.isReserved else { return }
        let entries = event.entries(weights: weights) { id in
            numbers[id].flatMap { $0.introduced <= position ? $0.number : nil }
        }
        if entries.count < event.items.count { eventsOfUnknownItems += 1 }
        guard !entries.isEmpty else { return }
        let user = index(of: event.user)
        let request = event.requestID.map(Self.hash(of:)) ?? 0
        for entry in entries {
            if let last = interactions.last, last.entry.timestamp > entry.timestamp { isSorted = false }
            interactions.append(Interaction(user: user, entry: entry, request: request))
        }
    }

    /// Forgets a user; what the user does from now on is somebody else's.
    mutating func erase(_ user: String) {
        guard let index = indices.removeValue(forKey: user) else { return }
        erased.insert(index)
    }

    private mutating func index(of user: String) -> UInt32 {
        if let index = indices[user] { return index }
        let index = UInt32(users.count)
        indices[user] = index
        users.append(user)
        attributes.append([])
        return index
    }

    /// Never 0, which means none.
    static func hash(of request: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in request.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return max(hash, 1)
    }

    /// The corpus; the builder is used up. O(interactions · log interactions) where the log is not in time order.
    consuming func corpus() -> Corpus {
        if !erased.isEmpty { dropErased() }
        if !isSorted {
            let order = interactions.indices
                .map { (timestamp: interactions[$0].entry.timestamp, place: UInt32($0)) }
                .sorted { ($0.timestamp, $0.place) < ($1.timestamp, $1.place) }
            interactions = order.map { interactions[Int($0.place)] }
        }
        let hasRealTime = TimeReality.isReal(interactions, users: users.count)
        var corpus = Corpus(
            items: items, users: users, userAttributes: attributes, interactions: interactions,
            hasRealTime: hasRealTime)
        if RecallMethod(for: interactions) == .graph { corpus.shuffleTies(seed: 1) }
        return corpus
    }

    /// Leaves out erased users and numbers the others anew. O(users + interactions).
    private mutating func dropErased() {
        var numbers = [UInt32](repeating: 0, count: users.count)
        let kept = users.indices.filter { !erased.contains(UInt32($0)) }
        for (number, index) in kept.enumerated() { numbers[index] = UInt32(number) }
        users = kept.map { users[$0] }
        attributes = kept.map { attributes[$0] }
        interactions = interactions.filter { !erased.contains($0.user) }
        for index in interactions.indices { interactions[index].user = numbers[Int(interactions[index].user)] }
    }
}
