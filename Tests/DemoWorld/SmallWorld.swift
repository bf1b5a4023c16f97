import DemoWorld
import Domain

/// A world small enough for unoptimised builds, with its events read once.
enum SmallWorld {
    static let end: Int64 = 1_764_000_000_000
    static let world = DemoWorld(.init(end: end, seed: 7, items: 600, users: 250, events: 16_000))
    static let events = Array(world.events)

    /// Index of an item by id.
    static let numbers = Dictionary(uniqueKeysWithValues: world.items.enumerated().map { ($1.id, $0) })

    /// Index of an event's user.
    static func user(_ event: Event) -> Int { (Int(event.user.dropFirst()) ?? 0) - 1 }

    /// Events that say what a user likes.
    static var interactions: [(user: Int, item: Int, event: Event)] {
        events.compactMap { event in
            guard event.type != "impression", event.type != "dislike", let id = event.items.first,
                let item = numbers[id]
            else { return nil }
            return (user(event), item, event)
        }
    }
}
