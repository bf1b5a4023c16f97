/// A key's text, and its bytes where the text does not stand for them.
enum RecordKey {
    /// The text of some bytes, with replacement characters where they are not UTF-8; the bytes then too. O(length).
    static func read(_ bytes: UnsafeRawBufferPointer) -> (text: String, raw: [UInt8]?) {
        let text = String(decoding: bytes, as: UTF8.self)
        var copy = text
        let isSame = copy.withUTF8 { $0.elementsEqual(bytes) }
        return (text, isSame ? nil : Array(bytes))
    }
}
