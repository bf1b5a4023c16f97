import Contracts
import Domain
import JSON

/// A user on the wire.
enum UserJSON {
    /// What is known of a user: attributes as model tokens, the recent history with the newest first.
    static func write(_ id: String, _ state: UserState, catalogue: CatalogueSnapshot, to json: inout JSONWriter) {
        json.beginObject()
        json.field("user", id)
        json.field("version", Int(state.version))
        json.name("attributes")
        json.beginArray()
        for attribute in state.attributes { json.string(attribute) }
        json.endArray()
        json.field("seen", state.seen.count)
        json.name("history")
        json.beginArray()
        for entry in state.history.reversed() where Int(entry.item) < catalogue.rows.count {
            json.beginObject()
            json.field("item", catalogue.rows[Int(entry.item)].item.id)
            json.field("kind", "\(entry.kind)")
            json.field("weight", entry.weight)
            if !entry.value.isNaN { json.field("value", entry.value) }
            json.field("ts", entry.timestamp)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
