package import Domain
package import EventLog

/// Events of the log in its order, decoded once for all who follow it in this process.
package struct EventBatch: Sendable {
    /// An event and its place.
    package struct Entry: Sendable {
        package let position: LogPosition
        package let event: Event

        package init(position: LogPosition, event: Event) {
            self.position = position
            self.event = event
        }
    }

    /// The lane of the log that the records are in.
    package let lane: Int
    package var entries: [Entry]
    /// Records in between that are no events.
    package var unreadable: Int
    /// The place of the batch's last record: where one who has taken the batch in goes on.
    package var end: LogPosition

    package init(lane: Int = 0, entries: [Entry] = [], unreadable: Int = 0, end: LogPosition = .start) {
        self.lane = lane
        self.entries = entries
        self.unreadable = unreadable
        self.end = end
    }
}
