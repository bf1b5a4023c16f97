import Contracts
import Domain
import JSON

/// Reads records from text, as the gateway does.
enum RecordText {
    static let now: Int64 = 1_764_000_000_000

    static func event(_ text: String, _ rules: EventJSON.Rules = .client(now: now)) throws -> Event {
        try JSONParser().withDocument(text) { try EventJSON.event(from: $0, rules: rules) }
    }

    static func item(_ text: String, _ rules: ItemJSON.Rules = .client(now: now)) throws -> Item {
        try JSONParser().withDocument(text) { try ItemJSON.item(from: $0, rules: rules) }
    }

    /// The error of a text that must not be acceptable.
    static func error(_ read: () throws -> some Any) -> RecordError? {
        do {
            _ = try read()
            return nil
        } catch {
            return error as? RecordError
        }
    }
}
