extension EventJSON {
    /// The fields of an event.
    enum Field: UInt8, CaseIterable {
        case id, type, user, item, items, timestamp, value, session, request, position, scenario, fields

        /// Which fields were met.
        struct Set: ExpressibleByArrayLiteral {
            private var bits: UInt16 = 0

            init(arrayLiteral elements: Field...) { for element in elements { _ = insert(element) } }

            /// False when the field was there already.
            mutating func insert(_ field: Field) -> Bool {
                let bit = UInt16(1) << UInt16(field.rawValue)
                defer { bits |= bit }
                return bits & bit == 0
            }

            func contains(_ field: Field) -> Bool { bits & UInt16(1) << UInt16(field.rawValue) != 0 }
        }

        /// The name on the wire.
        var name: String {
            switch self {
            case .id: "event_id"
            case .type: "type"
            case .user: "user"
            case .item: "item"
            case .items: "items"
            case .timestamp: "ts"
            case .value: "value"
            case .session: "session"
            case .request: "request_id"
            case .position: "position"
            case .scenario: "scenario"
            case .fields: "fields"
            }
        }

        /// The field of a name; nil for a name that no field has. The length and one letter leave one candidate.
        init?(_ utf8: UnsafeRawBufferPointer) {
            let candidate: (Field, StaticString)
            switch (utf8.count, utf8.first) {
            case (8, UInt8(ascii: "e")): candidate = (.id, "event_id")
            case (4, UInt8(ascii: "t")): candidate = (.type, "type")
            case (4, UInt8(ascii: "u")): candidate = (.user, "user")
            case (4, UInt8(ascii: "i")): candidate = (.item, "item")
            case (5, UInt8(ascii: "i")): candidate = (.items, "items")
            case (2, UInt8(ascii: "t")): candidate = (.timestamp, "ts")
            case (5, UInt8(ascii: "v")): candidate = (.value, "value")
            case (7, UInt8(ascii: "s")): candidate = (.session, "session")
            case (10, UInt8(ascii: "r")): candidate = (.request, "request_id")
            case (8, UInt8(ascii: "p")): candidate = (.position, "position")
            case (8, UInt8(ascii: "s")): candidate = (.scenario, "scenario")
            case (6, UInt8(ascii: "f")): candidate = (.fields, "fields")
            default: return nil
            }
            for index in 0..<utf8.count where utf8[index] != candidate.1.utf8Start[index] { return nil }
            self = candidate.0
        }
    }
}
