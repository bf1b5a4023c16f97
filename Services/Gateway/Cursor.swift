import Domain

/// Where the next page of a list goes on: the items that were shown, so that pages never overlap, whatever the user does
/// in between. As text: base64url of a format byte and the numbers as little-endian base-128 varints.
struct Cursor: Equatable {
    let shown: [ItemNumber]

    /// Items at most; a list ends there.
    static let limit = 400

    private static let format: UInt8 = 1

    init(shown: [ItemNumber]) {
        self.shown = shown
    }

    init?(text: String) {
        guard text.utf8.count <= Self.limit * 7, let bytes = Base64URL.decode(text), bytes.first == Self.format else {
            return nil
        }
        var shown: [ItemNumber] = []
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes.dropFirst() {
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 != 0 {
                shift += 7
                guard shift <= 28 else { return nil }
            } else {
                guard let number = ItemNumber(exactly: value), shown.count < Self.limit else { return nil }
                shown.append(number)
                value = 0
                shift = 0
            }
        }
        guard shift == 0 else { return nil }
        self.shown = shown
    }

    var text: String {
        var bytes: [UInt8] = [Self.format]
        for number in shown {
            var rest = number
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return Base64URL.encode(bytes)
    }
}
