/// What a section of an index file holds: four letters.
struct SectionTag: Equatable, CustomStringConvertible {
    let code: UInt32

    init(code: UInt32) {
        self.code = code
    }

    /// A tag of four ASCII letters.
    init(_ text: StaticString) {
        precondition(text.utf8CodeUnitCount == 4, "a tag has four letters")
        var code: UInt32 = 0
        for (place, byte) in text.description.utf8.enumerated() { code |= UInt32(byte) << UInt32(8 * place) }
        self.code = code
    }

    var description: String {
        String(
            decoding: (0..<4).map { place in
                let byte = UInt8(truncatingIfNeeded: code >> UInt32(8 * place))
                return byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?")
            }, as: UTF8.self)
    }

    /// What the caller keeps with the index.
    static let note = SectionTag("NOTE")
}
