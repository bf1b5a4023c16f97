import Contracts
import Domain
import JSON

/// Makes of items what the log holds, with memory that is kept from item to item.
struct ItemEncoder: ~Copyable {
    private let parser = JSONParser()
    private var writer = JSONWriter(capacity: 512)

    /// The canonical form, which is read back as a check: what comes from a caller in this process is held to the same
    /// limits as what comes from outside.
    mutating func bytes(of item: Item) throws(ItemRejection) -> [UInt8] {
        writer.reset()
        ItemJSON.write(item, to: &writer)
        let bytes = writer.bytes
        let read: Item
        do {
            read = try parser.withDocument(bytes) { try ItemJSON.item(from: $0, rules: .log) }
        } catch {
            throw ItemRejection(id: item.id, reason: "\(error)")
        }
        guard read == item else {
            throw ItemRejection(id: item.id, reason: "a number of it is not finite: leave it out")
        }
        return bytes
    }
}
