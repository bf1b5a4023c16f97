package import Domain
package import JSON

extension ItemJSON {
    /// Writes an item in its canonical form: a fixed order of fields, attribute names sorted, what is empty left out.
    /// Equal items give equal bytes.
    package static func write(_ item: Item, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", item.id)
        if !item.title.isEmpty { writer.field("title", item.title) }
        if !item.categories.isEmpty {
            writer.name("categories")
            writer.beginArray()
            for category in item.categories { writer.string(category) }
            writer.endArray()
        }
        if !item.attributes.isEmpty {
            writer.name("attributes")
            RecordFields.write(item.attributes, to: &writer)
        }
        if let price = item.price, price.isFinite { writer.field("price", price) }
        writer.field("created_at", item.createdAt)
        if item.isHidden { writer.field("hidden", true) }
        writer.endObject()
    }

    /// The canonical form as bytes, for the log.
    package static func encoded(_ item: Item) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        write(item, to: &writer)
        return writer.take()
    }
}
