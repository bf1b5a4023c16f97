package import Domain

/// A synthetic shop with its customers: a catalogue, and everything that happened in it over some weeks.
///
/// The same configuration gives the same world, event for event. How it comes about:
/// - Items belong to departments, categories and kinds, have a brand, a style and a price level; their place in a space
///   of tastes follows from these, with a little of their own. Their popularity follows a power law.
/// - Tastes are regions of that space. A user has four of them in a mixture that drifts over the period, and a slant of
///   their own. Country and age group are drawn first and make some tastes likelier.
/// - Users come back in sessions, by day more than by night. In a session they meet impressions, as an earlier and simpler
///   recommender would show them (popular items, items of a former taste, some noise), click what suits them and what
///   they look at, which is the top of the list more often than its end, and go on to like, cart, buy and rate; or they
///   find items on their own by browsing and by search.
package struct DemoWorld: Sendable {
    /// The size of a world, its period, and the seed that it grows from.
    package struct Configuration: Sendable, Equatable {
        /// Worlds of different seeds have nothing in common but their vocabulary.
        package var seed: UInt64
        /// Catalogue entries, `i1`, `i2`, …; at least 16.
        package var items: Int
        /// Users, `u1`, `u2`, …; at least 1.
        package var users: Int
        /// Events in all; an impression of ten items is one. At least ``minimumEventsPerUser`` for each user.
        package var events: Int
        /// Length of the period in days, at least 2.
        package var days: Int
        /// When the period ends, milliseconds since the epoch: no event is later.
        package var end: Int64

        /// A configuration; values below the stated minima are raised to them.
        package init(
            end: Int64, seed: UInt64 = 1, items: Int = 20_000, users: Int = 10_000, events: Int = 1_050_000,
            days: Int = 60
        ) {
            self.seed = seed
            self.items = max(items, 16)
            self.users = max(users, 1)
            self.events = max(events, self.users * Self.minimumEventsPerUser)
            self.days = max(days, 2)
            self.end = end
        }

        /// What even the least active user does.
        package static let minimumEventsPerUser = 8

        /// When the period begins.
        package var start: Int64 { end - Int64(days) * DemoWorld.day }
    }

    /// A day in milliseconds.
    package static let day: Int64 = 86_400_000

    /// What the world was made from.
    package let configuration: Configuration
    let catalogue: DemoCatalogue
    let tastes: [DemoTaste]

    /// Makes the catalogue and the tastes: O(items × tastes) time and memory, 0.2 s for 20,000 items in an optimised build.
    package init(_ configuration: Configuration) {
        self.configuration = configuration
        let plan = DemoPlan(seed: configuration.seed)
        let catalogue = DemoCatalogue(configuration: configuration, plan: plan)
        self.catalogue = catalogue
        tastes = DemoTaste.all(plan: plan, catalogue: catalogue, seed: configuration.seed)
    }

    /// The catalogue; ids ascend with ``Item/createdAt``.
    package var items: [Item] { catalogue.items }

    /// Everything that happened, in time order, made while it is read: memory is O(users), each event costs a few
    /// microseconds. There are exactly ``Configuration/events`` of them.
    package var events: DemoEvents { DemoEvents(world: self) }
}
