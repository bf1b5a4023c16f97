import Domain

/// The events of a table in memory, 32 bytes each, so that they can be put in the order of time before they are written.
struct EventTable {
    private struct Row {
        var user: UInt32
        var item: UInt32
        var timestamp: Int64
        var value: Double
        var type: UInt32
        var order: UInt32
    }

    private var users = Interner()
    private var items = Interner()
    private var types = Interner()
    private var rows: [Row] = []
    private var lengths: [UInt32] = []
    private let limit: Int

    /// Times that only tell an order start here, 2000-01-01, and go on by the hour.
    static let orderOnlyStart: Int64 = 946_684_800_000
    static let orderOnlyStep: Int64 = 3_600_000

    /// A table of at most `limit` rows.
    init(limit: Int) { self.limit = min(limit, Int(Int32.max)) }

    var count: Int { rows.count }

    /// Adds an event. Without a time it happens an hour after the user's event before it in the file.
    mutating func append(
        user: String, item: String, timestamp: Int64?, type: String, value: Double?
    ) throws(ImportError) {
        guard rows.count < limit else {
            throw ImportError(
                .tooLarge,
                "more than \(limit) events in one import: split the file by time and import the parts one after the other"
            )
        }
        let user = users.number(of: user)
        rows.append(
            Row(
                user: user, item: items.number(of: item), timestamp: timestamp ?? nextMoment(of: user),
                value: value ?? .nan, type: types.number(of: type), order: UInt32(rows.count)))
    }

    private mutating func nextMoment(of user: UInt32) -> Int64 {
        if Int(user) >= lengths.count {
            lengths.append(contentsOf: repeatElement(0, count: Int(user) + 1 - lengths.count))
        }
        defer { lengths[Int(user)] += 1 }
        return Self.orderOnlyStart + Int64(lengths[Int(user)]) * Self.orderOnlyStep
    }

    /// Ids of the items that events name, with the time of the first event of each.
    func itemsByFirstEvent() -> [(id: String, timestamp: Int64)] {
        var first = [Int64](repeating: .max, count: items.texts.count)
        for row in rows { first[Int(row.item)] = min(first[Int(row.item)], row.timestamp) }
        return zip(items.texts, first).map { ($0, $1) }
    }

    /// Puts the rows in the order of time, those of one moment in the order of the file. O(n log n).
    mutating func sort() {
        rows.sort { ($0.timestamp, $0.order) < ($1.timestamp, $1.order) }
    }

    /// The rows of a range as events, in the order that ``sort()`` made. Ids follow from the content, and from the number
    /// among rows of the same content: `ids` remembers what was given.
    func events(_ range: Range<Int>, ids: inout ContentIDs) -> [Event] {
        rows[range].map { row in
            let user = users[row.user]
            let item = items[row.item]
            let type = types[row.type]
            var hash = ContentHash()
            hash.combine(user)
            hash.combine(item)
            hash.combine(type)
            hash.combine(number: UInt64(bitPattern: row.timestamp))
            hash.combine(number: row.value.bitPattern)
            return Event(
                id: ids.id(of: hash, timestamp: row.timestamp), type: type, user: user, items: [item],
                timestamp: row.timestamp,
                value: row.value.isNaN ? nil : row.value)
        }
    }
}
