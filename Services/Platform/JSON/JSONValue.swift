/// A value of a parsed text: a place on simdjson's tape.
///
/// Valid only within the closure of ``JSONParser/withDocument(_:_:)-(UnsafeRawBufferPointer,_)``; so are the buffers
/// that it hands out. Every accessor is nil for a value of another type.
///
/// The tape holds one 64-bit word for each value, its type in the top byte (simdjson 3.0, doc/tape.md):
///
///     "   payload: offset of the string, its 32-bit length, then its bytes
///     l u d   the number is the next word
///     { [   payload: low 32 bits: index behind the matching end
///     } ] t f n   nothing more
package struct JSONValue {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    let index: Int

    @inline(__always)
    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
        self.tape = tape
        self.strings = strings
        self.index = index
    }

    @inline(__always)
    var tag: UInt8 { UInt8(truncatingIfNeeded: tape[index] >> 56) }

    @inline(__always)
    private var payload: Int { Int(truncatingIfNeeded: tape[index] & 0x00ff_ffff_ffff_ffff) }

    /// The index of the value behind this one.
    @inline(__always)
    var next: Int {
        switch tag {
        case UInt8(ascii: "{"), UInt8(ascii: "["): Int(UInt32(truncatingIfNeeded: tape[index]))
        case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index + 2
        default: index + 1
        }
    }

    package var type: JSONType {
        switch tag {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "l"): .integer
        case UInt8(ascii: "u"): .unsigned
        case UInt8(ascii: "d"): .double
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        default: .null
        }
    }

    package var isNull: Bool { tag == UInt8(ascii: "n") }

    package var bool: Bool? {
        switch tag {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// A number written without fraction and exponent that fits.
    package var int64: Int64? {
        tag == UInt8(ascii: "l") ? Int64(bitPattern: tape[index + 1]) : nil
    }

    /// Any number, integers rounded to the nearest double. Always finite.
    package var double: Double? {
        switch tag {
        case UInt8(ascii: "d"): Double(bitPattern: tape[index + 1])
        case UInt8(ascii: "l"): Double(Int64(bitPattern: tape[index + 1]))
        case UInt8(ascii: "u"): Double(tape[index + 1])
        default: nil
        }
    }

    /// A string's UTF-8, escapes resolved.
    package var utf8: UnsafeRawBufferPointer? {
        guard tag == UInt8(ascii: "\"") else { return nil }
        let start = UnsafeRawPointer(strings + payload)
        return UnsafeRawBufferPointer(start: start + 4, count: Int(start.loadUnaligned(as: UInt32.self)))
    }

    /// A string, copied.
    package var string: String? {
        guard let utf8 else { return nil }
        return String(decoding: utf8, as: UTF8.self)
    }

    /// The members of an object.
    package var object: JSONObject? {
        tag == UInt8(ascii: "{") ? JSONObject(value: self) : nil
    }

    /// The elements of an array.
    package var array: JSONArray? {
        tag == UInt8(ascii: "[") ? JSONArray(value: self) : nil
    }

    /// The first member of an object with this name, nil when there is none or this is no object. O(members).
    package subscript(_ name: StaticString) -> JSONValue? { object?[name] }
}
