package import Domain
package import JSON

/// The event on the wire and in the log: the JSON of the design.
///
///     {"event_id":"e1","type":"click","user":"u1","item":"i7","ts":1764000000000,
///      "value":4.5,"session":"s1","request_id":"r1","position":3,"scenario":"home","fields":{"colour":"red"}}
///
/// `item` and `items` exclude each other. Optional fields may be null. A name that is not in the list is an error towards
/// senders, because a misspelt field would be lost in silence; further data goes under `fields`. Readers of the log skip
/// such names, so that they understand what a newer version wrote.
package enum EventJSON {
    /// Reads an event from a parsed text. O(bytes), under a microsecond for a usual event.
    package static func event(from root: JSONValue, rules: Rules) throws(RecordError) -> Event {
        guard let object = root.object else {
            throw RecordError(
                .notAnObject, field: "", "an event must be a JSON object: {\"type\":…,\"user\":…,\"item\":…}")
        }
        var event = Event(id: "", type: "", user: "", items: [], timestamp: 0)
        var given: Field.Set = []
        for member in object {
            guard let utf8 = member.name.utf8, let field = Field(utf8) else {
                if rules.skipsUnknownFields { continue }
                throw RecordFields.unknown(
                    member.name, known: Field.allCases.map(\.name), remedy: "put further data under `fields`")
            }
            if member.value.isNull { continue }
            if !given.insert(field) {
                throw RecordError(.repeatedField, field: field.name, "`\(field.name)` is there twice: send it once")
            }
            try read(member.value, as: field, into: &event, rules: rules)
        }
        try check(&event, given: given, rules: rules)
        return event
    }

    private static func read(
        _ value: JSONValue, as field: Field, into event: inout Event, rules: Rules
    ) throws(RecordError) {
        switch field {
        case .id: event.id = try RecordFields.optionalID(value, field.name) ?? ""
        case .type: event.type = try RecordFields.id(value, field.name)
        case .user: event.user = try RecordFields.id(value, field.name)
        case .item:
            guard event.items.isEmpty else { throw bothItemAndItems }
            event.items = [try RecordFields.id(value, field.name)]
        case .items:
            guard event.items.isEmpty else { throw bothItemAndItems }
            event.items = try RecordFields.ids(value, field.name, limit: RecordLimits.items)
            if event.items.isEmpty {
                throw RecordError(.empty, field: "items", "`items` must name at least one item")
            }
        case .timestamp:
            event.timestamp = try RecordFields.time(value, field.name, now: rules.now, ahead: rules.ahead)
            if event.timestamp < 0 {
                throw RecordError(.outOfRange, field: "ts", "`ts` is before 1970: send milliseconds since 1970")
            }
        case .value: event.value = try RecordFields.number(value, field.name)
        case .session: event.session = try RecordFields.optionalID(value, field.name)
        case .request: event.requestID = try RecordFields.optionalID(value, field.name)
        case .position:
            guard let position = value.int64, (0..<1_000_000).contains(position) else {
                throw RecordError(
                    .outOfRange, field: "position", "`position` must be a whole number from 0, the place in the answer")
            }
            event.position = Int(position)
        case .scenario: event.scenario = try RecordFields.optionalID(value, field.name)
        case .fields: event.fields = try RecordFields.values(value, field.name)
        }
    }

    /// What concerns more than one field.
    private static func check(_ event: inout Event, given: Field.Set, rules: Rules) throws(RecordError) {
        if event.user.isEmpty {
            throw RecordError(.missingField, field: "user", "`user` is missing: say whose event it is")
        }
        if event.type.isEmpty {
            throw RecordError(.missingField, field: "type", "`type` is missing: say what happened, such as \"click\"")
        }
        if event.id.isEmpty, rules.needsID {
            throw RecordError(
                .missingField, field: "event_id", "`event_id` is missing: give every event an id of its own")
        }
        if !given.contains(.timestamp) {
            guard let time = rules.timeIfMissing, !rules.needsTime else {
                throw RecordError(
                    .missingField, field: "ts", "`ts` is missing: say when it happened, in milliseconds since 1970")
            }
            event.timestamp = time
        }
        if event.isReserved {
            guard rules.allowsReservedTypes else {
                throw RecordError(
                    .reservedType, field: "type", "types that start with $ are the system's: choose another name")
            }
        } else if event.items.isEmpty {
            throw RecordError(
                .missingField, field: "item", "`item` is missing: name the item, or several in `items` (an impression)")
        }
    }

    private static var bothItemAndItems: RecordError {
        RecordError(.contradiction, field: "items", "`item` and `items` are both there: send one of them")
    }
}
