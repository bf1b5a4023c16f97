package import Domain
package import JSON

extension EventJSON {
    /// Writes an event in its canonical form: fields in the order of the design, absent ones left out, the names under
    /// `fields` sorted. What is read back equals the event.
    package static func write(_ event: Event, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("event_id", event.id)
        writer.field("type", event.type)
        writer.field("user", event.user)
        if event.items.count == 1 {
            writer.field("item", event.items[0])
        } else if !event.items.isEmpty {
            writer.name("items")
            writer.beginArray()
            for item in event.items { writer.string(item) }
            writer.endArray()
        }
        writer.field("ts", event.timestamp)
        if let value = event.value, value.isFinite { writer.field("value", value) }
        if let session = event.session { writer.field("session", session) }
        if let request = event.requestID { writer.field("request_id", request) }
        if let position = event.position { writer.field("position", position) }
        if let scenario = event.scenario { writer.field("scenario", scenario) }
        if !event.fields.isEmpty {
            writer.name("fields")
            RecordFields.write(event.fields, to: &writer)
        }
        writer.endObject()
    }

    /// The canonical form as bytes, for the log.
    package static func encoded(_ event: Event) -> [UInt8] {
        var writer = JSONWriter(capacity: 160 + 12 * event.items.count)
        write(event, to: &writer)
        return writer.take()
    }
}
