package import JSON

/// What an import did.
package struct ImportSummary: Sendable, Equatable {
    /// Rows of events read, whatever became of them.
    package var eventsRead = 0
    /// Events written.
    package var eventsImported = 0
    /// Events that were there already.
    package var eventsDuplicate = 0
    /// Rows, of events and of items, that could not be read.
    package var rejected = 0
    /// Items read, those that are only named by events included.
    package var itemsRead = 0
    package var itemsNew = 0
    package var itemsChanged = 0
    package var itemsUnchanged = 0
    /// Items that were deleted on purpose and stay so.
    package var itemsDeleted = 0
    /// Whether the events' times only tell the order within a user.
    package var isOrderOnly = false
    /// Where the rejected rows are listed; nil when there are none.
    package var rejectFile: String?

    package init() {}

    /// Writes the counts as members of the object that is being written.
    package func write(to writer: inout JSONWriter) {
        writer.field("events_read", eventsRead)
        writer.field("events_imported", eventsImported)
        writer.field("events_duplicate", eventsDuplicate)
        writer.field("rejected", rejected)
        writer.field("items_read", itemsRead)
        writer.field("items_new", itemsNew)
        writer.field("items_changed", itemsChanged)
        writer.field("items_unchanged", itemsUnchanged)
        writer.field("items_deleted", itemsDeleted)
        writer.field("order_only", isOrderOnly)
        if let rejectFile { writer.field("reject_file", rejectFile) }
    }

    /// The counts among an object's members; those that are missing are 0.
    init(from value: JSONValue) {
        func count(_ name: StaticString) -> Int { Int(value[name]?.int64 ?? 0) }
        eventsRead = count("events_read")
        eventsImported = count("events_imported")
        eventsDuplicate = count("events_duplicate")
        rejected = count("rejected")
        itemsRead = count("items_read")
        itemsNew = count("items_new")
        itemsChanged = count("items_changed")
        itemsUnchanged = count("items_unchanged")
        itemsDeleted = count("items_deleted")
        isOrderOnly = value["order_only"]?.bool ?? false
        rejectFile = value["reject_file"]?.string
    }
}
