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
        comma()
        append(byte: UInt8(ascii: "\""))
        var start = 0
        for index in 0..<utf8.count {
            let byte = utf8[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[start..<index]))
            escape(byte)
            start = index + 1
        }
        append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[start...]))
        append(byte: UInt8(ascii: "\""))
    }

    package mutating func integer(_ value: Int64) {
        comma()
        digits(of: value)
    }

    package mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// The shortest text that reads back as the same double; null for one that is not finite.
    package mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        comma()
        // Integers of moderate size are written as such: shorter, and quicker than the general way.
        if let integer = Int64(exactly: value), integer.magnitude < 1_000_000_000_000_000, value.bitPattern != 1 << 63 {
            return digits(of: integer)
        }
        var text = value.description
        text.withUTF8 { append(contentsOf: UnsafeRawBufferPointer($0)) }
    }

    /// The shortest text that reads back as the same float; null for one that is not finite.
    package mutating func float(_ value: Float) {
        guard value.isFinite else { return null() }
        comma()
        if let integer = Int32(exactly: value), integer.magnitude < 1_000_000, value.bitPattern != 1 << 31 {
            return digits(of: Int64(integer))
        }
        var text = value.description
        text.withUTF8 { append(contentsOf: UnsafeRawBufferPointer($0)) }
    }

    private mutating func escape(_ byte: UInt8) {
        append(byte: UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte: byte)
        case UInt8(ascii: "\n"): append(byte: UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): append(byte: UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): append(byte: UInt8(ascii: "t"))
        default:
            append("u00")
            append(byte: byte >> 4 + UInt8(ascii: "0"))
            let low = byte & 15
            append(byte: low < 10 ? low + UInt8(ascii: "0") : low - 10 + UInt8(ascii: "a"))
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
            append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[first...]))
        }
    }
}
