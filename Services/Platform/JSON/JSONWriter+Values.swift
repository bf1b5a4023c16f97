// Rounding of floating point is libm in debug builds.
internal import Glibc

extension JSONWriter {
    /// A string with what JSON wants escaped, and nothing else.
    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    /// A string given as UTF-8.
    package mutating func string(_ utf8: UnsafeRawBufferPointer) {
        reserve(utf8.count + 3)
        comma()
        put(UInt8(ascii: "\""))
        var start = 0
        while let special = Self.firstSpecial(utf8, from: start) {
            reserve(utf8.count - start + 7)
            put(UnsafeRawBufferPointer(rebasing: utf8[start..<special]))
            escape(utf8[special])
            start = special + 1
        }
        put(UnsafeRawBufferPointer(rebasing: utf8[start...]))
        put(UInt8(ascii: "\""))
    }

    /// The first byte that must be escaped. Looks at eight at a time: subtraction carries into a byte's top bit where
    /// it was too small (S. E. Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n").
    @inline(__always)
    private static func firstSpecial(_ utf8: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var index = start
        while index + 8 <= utf8.count {
            let word = utf8.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let control = (word &- ones &* 0x20) & ~word
            let found = control | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            if found & (ones &* 0x80) != 0 { break }
            index += 8
        }
        while index < utf8.count {
            let byte = utf8[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return nil
    }

    package mutating func integer(_ value: Int64) {
        digits(of: value)
    }

    package mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// The shortest text that reads back as the same double; null for one that is not finite.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        // Integers of moderate size are written as such: shorter, and quicker than the general way.
        if let integer = Int64(exactly: value), integer.magnitude < 1_000_000_000_000_000, value.bitPattern != 1 << 63 {
            return digits(of: integer)
        }
        var text = value.description
        text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// The shortest text that reads back as the same float; null for one that is not finite.
    package mutating func float(_ value: Float) {
        guard value.isFinite else { return null() }
        if let integer = Int32(exactly: value), integer.magnitude < 1_000_000, value.bitPattern != 1 << 31 {
            return digits(of: Int64(integer))
        }
        var text = value.description
        text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
    }

    /// Puts at most six bytes.
    private mutating func escape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(byte >> 4 + UInt8(ascii: "0"))
            let low = byte & 15
            put(low < 10 ? low + UInt8(ascii: "0") : low - 10 + UInt8(ascii: "a"))
        }
    }

    private mutating func digits(of value: Int64) {
        var magnitude = value.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = 20
            repeat {
                first -= 1
                digits[first] = UInt8(truncatingIfNeeded: magnitude % 10) + UInt8(ascii: "0")
                magnitude /= 10
            } while magnitude > 0
            if value < 0 {
                first -= 1
                digits[first] = UInt8(ascii: "-")
            }
            raw(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[first...]))
        }
    }
}
