import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One visit of one user while it is being made up.
struct DemoSession {
    let world: DemoWorld
    var user: DemoUser
    private let id: String
    private let taste: DemoTaste
    /// What the user is after on this visit, length 1.
    private let intent: Latent
    private var clock: Int64
    private var budget: Int
    private var events: [Event] = []

    /// Events of a session, on average.
    static let meanLength = 12.0
    /// Items of an impression.
    static let shown = 10

    /// Makes a session up that starts at `start`, and leaves its events in the user's ``DemoUser/pending``.
    static func play(_ user: inout DemoUser, in world: DemoWorld, from start: Int64) {
        var session = DemoSession(world: world, user: user, start: start)
        session.run()
        user = session.user
        user.latest = session.clock
        user.pending = session.events.reversed()
    }

    private init(world: DemoWorld, user: DemoUser, start: Int64) {
        var user = user
        let configuration = world.configuration
        let progress = Double(start - configuration.start) / Double(configuration.end - configuration.start)
        let taste = world.tastes[user.taste(progress: min(max(progress, 0), 1))]
        let length = min(40, 3 + Int(-log(1 - user.random.uniform()) * (Self.meanLength - 3)))
        budget = user.remaining - length < 3 ? user.remaining : length
        id = "s\(user.id.dropFirst()).\(String(user.sessions, radix: 36))"
        intent = (taste.centre + 0.6 * user.slant).unit
        clock = min(start, configuration.end)
        self.world = world
        self.taste = taste
        self.user = user
    }

    private mutating func run() {
        user.remaining -= budget
        events.reserveCapacity(budget)
        if user.sessions == 0 { describe() }
        user.sessions += 1
        if let bought = user.unrated {
            user.unrated = nil
            let stars = 3.4 + 2 * Double(affinity(bought)) + 0.5 * user.random.normal()
            emit("rating", [bought], value: min(max(stars.rounded(), 1), 5))
        }
        while budget > 0 {
            if user.random.chance(0.4) { meetImpression() } else { browse() }
        }
    }

    // MARK: - What happens

    /// The user's attributes, once.
    private mutating func describe() {
        emit(
            Event.userAttributesType, [],
            fields: [
                "country": .text(Vocabulary.countries[user.country]),
                "age_group": .text(Vocabulary.ageGroups[user.ageGroup]),
            ])
    }

    /// The earlier recommender shows a list; what is looked at and suits is clicked.
    private mutating func meetImpression() {
        let request = "r\(user.id.dropFirst()).\(String(user.requests, radix: 36))"
        user.requests += 1
        var shown: [Int] = []
        for _ in 0..<(2 * Self.shown) where shown.count < Self.shown {
            let item = recommended()
            if !shown.contains(item) { shown.append(item) }
        }
        emit("impression", shown, request: request, scenario: "home")
        for (position, item) in shown.enumerated() {
            let examined = 1 / (1 + 0.35 * Double(position))
            guard user.random.chance(examined * response(item)) else { continue }
            emit("click", [item], request: request, position: position)
            followUp(item, request: request, position: position)
        }
    }

    /// The user finds an item alone: by browsing, also from one item to others of its kind, or by search.
    private mutating func browse() {
        let item = found()
        if user.random.chance(0.15) {
            let words = world.catalogue.items[item].categories.last ?? ""
            emit("search", [item], fields: ["query": .text(words.lowercased())])
        } else {
            emit("view", [item])
        }
        followUp(item)
        guard user.random.chance(0.35) else { return }
        let kin = world.catalogue.members[Int(world.catalogue.kinds[item])]
        let next = Int(user.random.pick(kin))
        if world.catalogue.exists(next, at: clock) { emit("view", [next]) }
    }

    /// What may come after a look at an item.
    private mutating func followUp(_ item: Int, request: String? = nil, position: Int? = nil) {
        let suits = Double(affinity(item))
        if suits < 0, user.random.chance(0.08) { emit("dislike", [item], request: request, position: position) }
        guard suits > 0 else { return }
        if user.random.chance(0.18 * suits) { emit("like", [item], request: request, position: position) }
        guard user.random.chance(0.22 * suits) else { return }
        emit("cart", [item], request: request, position: position)
        guard user.random.chance(0.5), budget > 0 else { return }
        emit("purchase", [item], value: world.catalogue.items[item].price, request: request, position: position)
        if user.random.chance(0.5) { user.unrated = item }
    }

    // MARK: - Draws

    /// How an item suits what the user is after, -1...1.
    private func affinity(_ item: Int) -> Float { intent.dot(world.catalogue.latents[item]) }

    /// The probability that an item that is looked at is clicked.
    private func response(_ item: Int) -> Double {
        let logit = 10 * (affinity(item) - 0.5) + world.catalogue.appeals[item]
        return 0.6 / (1 + exp(-Double(logit)))
    }

    /// An item that the earlier recommender would show.
    private mutating func recommended() -> Int {
        let draw = user.random.uniform()
        if draw < 0.25 { return existing { $0.world.catalogue.popular.draw(&$0.user.random) } }
        if draw < 0.8 {
            let former = user.tastes[user.random.below(2)]
            return existing { $0.world.tastes[former].table.draw(&$0.user.random) }
        }
        return existing { $0.user.random.below($0.world.catalogue.items.count) }
    }

    /// An item that the user finds: the most suitable of three of the taste, now and then a popular one.
    private mutating func found() -> Int {
        if user.random.chance(0.08) { return existing { $0.world.catalogue.popular.draw(&$0.user.random) } }
        let candidates = (0..<3).map { _ in existing { $0.taste.table.draw(&$0.user.random) } }
        return candidates.max { affinity($0) < affinity($1) } ?? candidates[0]
    }

    /// The first draw that exists by now; after eight that do not, an item that has always been there.
    private mutating func existing(_ draw: (inout DemoSession) -> Int) -> Int {
        var item = 0
        for _ in 0..<8 {
            item = draw(&self)
            if world.catalogue.exists(item, at: clock) { return item }
        }
        return item % world.catalogue.founding
    }

    /// Notes an event down and lets some time pass; nothing, when the session has had its events.
    private mutating func emit(
        _ type: String, _ items: [Int], value: Double? = nil, request: String? = nil, position: Int? = nil,
        scenario: String? = nil, fields: [String: FieldValue] = [:]
    ) {
        guard budget > 0 else { return }
        budget -= 1
        events.append(
            Event(
                id: "", type: type, user: user.id, items: items.map { world.catalogue.items[$0].id }, timestamp: clock,
                value: value, session: id, requestID: request, position: position, scenario: scenario, fields: fields))
        clock += 4_000 + Int64(-log(1 - user.random.uniform()) * 30_000)
        clock = min(clock, world.configuration.end)
    }
}
