import Domain
import JSON

/// What answers copy of an item.
enum AnswerFragment {
    /// `"id":…,"title":…,"categories":[…]`, escapes done.
    static func bytes(of item: Item) -> [UInt8] {
        var writer = JSONWriter(capacity: 48 + item.id.utf8.count + item.title.utf8.count)
        writer.field("id", item.id)
        writer.field("title", item.title)
        writer.name("categories")
        writer.beginArray()
        for category in item.categories { writer.string(category) }
        writer.endArray()
        return writer.take()
    }
}
