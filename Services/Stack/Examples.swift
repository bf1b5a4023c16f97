import Contracts
import Domain
import EventLog
import EmbeddedLog
import ItemFeatures

/// `curl` lines for a person who has just started the system, with a user and items that exist.
struct Examples {
    private let user: String
    private let item: String

    init(user: String, item: String) {
        self.user = user
        self.item = item
    }

    init(_ stack: Stack) {
        let first = try? stack.log.read(topic: stack.topics.userEvents, lane: 0, after: .start, limit: 1).first
        user = first?.key ?? "u1"
        let snapshot = stack.items.snapshot()
        item = snapshot.popular(1).first.map { snapshot.rows[Int($0)].item.id } ?? "i1"
    }

    func text(url: String) -> String {
        """
          curl '\(url)/recommend?user=\(Self.escaped(user))&n=5'
          curl '\(url)/recommend?user=somebody-new&n=5&explain=1'
          curl '\(url)/similar?item=\(Self.escaped(item))&n=5'
          curl '\(url)/events' -d '{"type":"click","user":"\(user)","item":"\(item)"}'
          curl '\(url)/metrics'
        """
    }

    /// Percent-encodes what a URL's query cannot hold.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                result.append(character)
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
