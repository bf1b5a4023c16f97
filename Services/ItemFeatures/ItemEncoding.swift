import Contracts
import Domain
import JSON

/// Items as the log holds them.
enum ItemEncoding {
    /// The canonical form, which is read back as a check: what comes from a caller in this process is held to the same
    /// limits as what comes from outside.
    static func bytes(of item: Item) throws(ItemRejection) -> [UInt8] {
        let bytes = ItemJSON.encoded(item)
        do {
            let read = try JSONParser().withDocument(bytes) { try ItemJSON.item(from: $0, rules: .log) }
            guard read == item else {
                throw ItemRejection(id: item.id, reason: "a number of it is not finite: leave it out")
            }
        } catch let error as RecordError {
            throw ItemRejection(id: item.id, reason: error.message)
        } catch let error as ItemRejection {
            throw error
        } catch {
            throw ItemRejection(id: item.id, reason: "\(error)")
        }
        return bytes
    }
}
