/// A part of a request's bytes, by offset, so that the buffer may move.
struct ByteRange {
    var offset: UInt32
    var count: UInt32

    init(_ offset: Int, _ count: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    static var empty: ByteRange { ByteRange(0, 0) }
}

extension UnsafeRawBufferPointer {
    subscript(_ range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[Int(range.offset)..<Int(range.offset) + Int(range.count)])
    }

    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return equals(UnsafeRawBufferPointer(start: text.utf8Start, count: count))
    }

    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// Compares ASCII letters without regard to case; `text` is in lower case.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return equalsIgnoringCase(UnsafeRawBufferPointer(start: text.utf8Start, count: count))
    }

    func equalsIgnoringCase(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].lowercasedASCII != other[index].lowercasedASCII { return false }
        return true
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { self &- 65 < 26 ? self | 0x20 : self }

    var hexValue: UInt8? {
        switch self {
        case 48...57: self &- 48
        case 65...70: self &- 55
        case 97...102: self &- 87
        default: nil
        }
    }
}
