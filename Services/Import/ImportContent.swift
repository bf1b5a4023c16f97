import Domain

/// What the files of an import say.
struct ImportContent {
    var items = ItemTable()
    /// Events of tables.
    var table: EventTable
    /// Events of records, which may have any field.
    var events: [Event] = []
    /// Whether the files have no times.
    var isOrderOnly = false
    /// The files that were read, for the journal.
    var files: [String] = []

    init(limit: Int) { table = EventTable(limit: limit) }

    /// How many events there are; an import has either a table of them or records.
    var count: Int { table.count + events.count }

    /// Puts the events in the order of time, those of one moment in the order of the file. O(n log n).
    mutating func sort() {
        table.sort()
        guard zip(events, events.dropFirst()).contains(where: { $0.timestamp > $1.timestamp }) else { return }
        let order = events.indices.sorted { (events[$0].timestamp, $0) < (events[$1].timestamp, $1) }
        events = order.map { events[$0] }
    }

    /// The events of a range in the order that ``sort()`` made, each with an id.
    func events(_ range: Range<Int>, ids: inout ContentIDs) -> [Event] {
        guard events.isEmpty else {
            return events[range].map { event in
                guard event.id.isEmpty else { return event }
                var event = event
                event.id = ids.id(of: event)
                return event
            }
        }
        return table.events(range, ids: &ids)
    }
}
