/// Finds what is wrong with text that was found not to be UTF-8.
enum UTF8Check {
    /// The offset of the first byte of the first sequence that is not UTF-8, nil when all are. O(bytes).
    static func firstInvalidByte(of bytes: UnsafeRawBufferPointer) -> Int? {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let sequence): offset += sequence.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
