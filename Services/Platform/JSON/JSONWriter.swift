/// Appends JSON text to a buffer that is kept from text to text. Commas come by themselves: one is due unless the
/// last byte opens an object or array, ends a name or a line, or there is none.
///
///     writer.reset()
///     writer.beginObject()
///     writer.field("id", id)
///     writer.field("score", score)
///     writer.endObject()
///
/// Names and values are the caller's to pair and nest; raw fragments are taken as they are.
package struct JSONWriter {
    /// The text so far.
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Forgets the text, keeps the memory.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Takes the text out and leaves the writer empty, without memory.
    package mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    package mutating func beginObject() {
        comma()
        bytes.append(UInt8(ascii: "{"))
    }

    package mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
    }

    package mutating func beginArray() {
        comma()
        bytes.append(UInt8(ascii: "["))
    }

    package mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
    }

    /// Ends a line of NDJSON.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A member's name, which must need no escapes.
    package mutating func name(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// A member's name.
    package mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    package mutating func null() {
        comma()
        append("null")
    }

    package mutating func bool(_ value: Bool) {
        comma()
        if value { append("true") } else { append("false") }
    }

    /// Text that is a complete JSON value, or complete elements or members with commas between them.
    package mutating func raw(_ fragment: UnsafeRawBufferPointer) {
        guard !fragment.isEmpty else { return }
        comma()
        bytes.append(contentsOf: fragment)
    }

    /// As the form for a buffer.
    package mutating func raw(_ fragment: [UInt8]) {
        guard !fragment.isEmpty else { return }
        comma()
        bytes.append(contentsOf: fragment)
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    @inline(__always)
    mutating func append(contentsOf other: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: other)
    }

    /// A comma when one is due.
    @inline(__always)
    mutating func comma() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }
}
