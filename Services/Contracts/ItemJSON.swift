package import Domain
package import JSON

/// The item on the wire and in the log.
///
///     {"id":"i7","title":"Espresso Maker","categories":["Kitchen"],"attributes":{"brand":"Tavola"},
///      "price":49.95,"created_at":1764000000000,"hidden":false}
///
/// Everything but the id may be absent. Names that are not in the list are errors towards senders and skipped in the log.
package enum ItemJSON {
    /// What is asked of an item, by where it comes from.
    package struct Rules: Sendable {
        /// The clock, milliseconds since the epoch. Nil: times are not checked.
        var now: Int64?
        /// The id that the address names; one in the text must equal it.
        var id: String?
        /// What `created_at` is when the text does not say.
        var createdAt: Int64
        var skipsUnknownFields: Bool

        /// From an application over HTTP; `id` is that of the address, if it names one. A missing `created_at` becomes
        /// `now`.
        package static func client(now: Int64, id: String? = nil) -> Rules {
            Rules(now: now, id: id, createdAt: now, skipsUnknownFields: false)
        }

        /// From a file. A missing `created_at` becomes 0: not known.
        package static func file(now: Int64) -> Rules {
            Rules(now: now, id: nil, createdAt: 0, skipsUnknownFields: false)
        }

        /// From a log that anybody may write to. A missing `created_at` becomes the record's time, 0 when it has none.
        package static func stream(timestamp: Int64) -> Rules {
            Rules(now: nil, id: nil, createdAt: max(timestamp, 0), skipsUnknownFields: true)
        }

        /// From the log, where it was checked before.
        package static let log = Rules(now: nil, id: nil, createdAt: 0, skipsUnknownFields: true)
    }

    private static let names = ["id", "title", "categories", "attributes", "price", "created_at", "hidden"]

    /// Reads an item from a parsed text. O(bytes).
    package static func item(from root: JSONValue, rules: Rules) throws(RecordError) -> Item {
        guard let object = root.object else {
            throw RecordError(.notAnObject, field: "", "an item must be a JSON object: {\"id\":…,\"title\":…}")
        }
        var item = Item(id: "", createdAt: rules.createdAt)
        var given: UInt8 = 0
        for member in object {
            guard let place = names.firstIndex(where: { name in equals(member.name, name) }) else {
                if rules.skipsUnknownFields { continue }
                throw RecordFields.unknown(member.name, known: names, remedy: "put further data under `attributes`")
            }
            guard given & 1 << UInt8(place) == 0 else {
                throw RecordError(.repeatedField, field: names[place], "`\(names[place])` is there twice: send it once")
            }
            given |= 1 << UInt8(place)
            if !member.value.isNull { try read(member.value, as: names[place], into: &item, rules: rules) }
        }
        if let id = rules.id {
            guard item.id.isEmpty || item.id == id else {
                throw RecordError(.contradiction, field: "id", "`id` differs from the id in the address: leave it out")
            }
            item.id = id
        }
        if item.id.isEmpty { throw RecordError(.missingField, field: "id", "`id` is missing: say which item it is") }
        return item
    }

    /// Reads an item whose id is checked as every other: for ids that come from elsewhere, such as an address.
    package static func checkedID(_ id: String) throws(RecordError) -> String {
        if id.isEmpty { throw RecordError(.empty, field: "id", "the id must not be empty") }
        guard id.utf8.count <= RecordLimits.idBytes else {
            throw RecordError(.tooLong, field: "id", "the id has more than \(RecordLimits.idBytes) bytes: shorten it")
        }
        guard id.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw RecordError(.controlCharacter, field: "id", "the id has a control character: remove it")
        }
        return id
    }

    private static func read(
        _ value: JSONValue, as name: String, into item: inout Item, rules: Rules
    ) throws(RecordError) {
        switch name {
        case "id": item.id = try RecordFields.id(value, name)
        case "title": item.title = try RecordFields.text(value, name)
        case "categories": item.categories = try RecordFields.ids(value, name, limit: RecordLimits.fields)
        case "attributes": item.attributes = try RecordFields.values(value, name)
        case "price":
            let price = try RecordFields.number(value, name)
            guard price >= 0 else { throw RecordError(.outOfRange, field: name, "`price` must not be negative") }
            item.price = price
        case "created_at": item.createdAt = try RecordFields.time(value, name, now: rules.now)
        default:
            guard let hidden = value.bool else {
                throw RecordError(.wrongType, field: name, "`hidden` must be true or false, not in quotes")
            }
            item.isHidden = hidden
        }
    }

    private static func equals(_ name: JSONValue, _ text: String) -> Bool {
        name.utf8?.elementsEqual(text.utf8) == true
    }
}
