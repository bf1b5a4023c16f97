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
package struct JSONWriter: ~Copyable {
    // Memory of its own instead of an array: an answer is some hundred appends, each of which an array would begin
    // with a check that nobody else holds it.
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// The length of the text so far, in bytes.
    package private(set) var count = 0

    package init(capacity: Int = 0) {
        self.capacity = max(64, capacity)
        start = .allocate(capacity: self.capacity)
    }

    deinit {
        start.deallocate()
    }

    /// The text so far, copied.
    package var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Gives the text so far to `body`, in place.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Forgets the text, keeps the memory.
    package mutating func reset() {
        count = 0
    }

    /// The text, copied; forgets it then.
    package mutating func take() -> [UInt8] {
        let taken = bytes
        count = 0
        return taken
    }

    package mutating func beginObject() {
        reserve(2)
        comma()
        put(UInt8(ascii: "{"))
    }

    package mutating func endObject() {
        reserve(1)
        put(UInt8(ascii: "}"))
    }

    package mutating func beginArray() {
        reserve(2)
        comma()
        put(UInt8(ascii: "["))
    }

    package mutating func endArray() {
        reserve(1)
        put(UInt8(ascii: "]"))
    }

    /// Ends a line of NDJSON.
    package mutating func endLine() {
        reserve(1)
        put(UInt8(ascii: "\n"))
    }

    /// A member's name, which must need no escapes.
    package mutating func name(_ name: StaticString) {
        reserve(name.utf8CodeUnitCount + 4)
        comma()
        put(UInt8(ascii: "\""))
        put(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        put(UInt8(ascii: "\""))
        put(UInt8(ascii: ":"))
    }

    /// A member's name.
    package mutating func name(_ name: String) {
        string(name)
        reserve(1)
        put(UInt8(ascii: ":"))
    }

    package mutating func null() {
        literal("null")
    }

    package mutating func bool(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    /// Text that is a complete JSON value, or complete elements or members with commas between them.
    package mutating func raw(_ fragment: UnsafeRawBufferPointer) {
        guard !fragment.isEmpty else { return }
        reserve(fragment.count + 1)
        comma()
        put(fragment)
    }

    /// As the form for a buffer.
    package mutating func raw(_ fragment: [UInt8]) {
        fragment.withUnsafeBytes { raw($0) }
    }

    private mutating func literal(_ text: StaticString) {
        raw(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

/// What the values are made of. Room is reserved first, once for several puts.
extension JSONWriter {
    /// Makes room for some bytes.
    @inline(__always)
    mutating func reserve(_ bytes: Int) {
        if capacity - count < bytes { grow(bytes) }
    }

    @inline(never)
    private mutating func grow(_ bytes: Int) {
        let larger = max(capacity * 2, count + bytes)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: start, count: count)
        start.deallocate()
        start = moved
        capacity = larger
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        assert(count < capacity)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        assert(bytes.count <= capacity - count)
        guard let source = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// A comma when one is due.
    @inline(__always)
    mutating func comma() {
        guard count > 0 else { return }
        switch start[count - 1] {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"): break
        default: put(UInt8(ascii: ","))
        }
    }
}
