package import Domain
package import JSON

/// What an application says of a user: `{"attributes": {name: text | number | bool | [texts]}}`.
package enum UserAttributesJSON {
    /// Reads the attributes, by the rules of an event's `fields`.
    package static func attributes(from root: JSONValue) throws(RecordError) -> [String: FieldValue] {
        guard let object = root.object, let value = object["attributes"] else {
            throw RecordError(
                .missingField, field: "attributes",
                "`attributes` is missing: send {\"attributes\": {\"country\": \"de\"}}")
        }
        for member in object where !member.isNamed("attributes") {
            throw RecordFields.unknown(member.name, known: ["attributes"], remedy: "put it under `attributes`")
        }
        return try RecordFields.values(value, "attributes")
    }
}
