package import Contracts
package import Domain

/// An item's row in the changelog: its place in every array, what it is, and what happened to it.
package struct ItemFeaturesRow: Sendable, Equatable {
    package var number: ItemNumber
    package var item: Item
    package var availability: ItemRow.Availability
    package var counters: ItemCounters
    /// The time of the stream of events when the row was written, milliseconds since the epoch.
    package var now: Int64

    package init(
        number: ItemNumber, item: Item, availability: ItemRow.Availability, counters: ItemCounters, now: Int64
    ) {
        self.number = number
        self.item = item
        self.availability = availability
        self.counters = counters
        self.now = now
    }
}
