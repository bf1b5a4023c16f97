/// Bytes that grow at the end and keep their memory when cleared: scratch space that a shard or a connection reuses.
package final class ByteBuffer {
    private struct Storage {
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var count: Int
    }

    // Behind a pointer that never changes: properties of a class cost a run-time exclusivity check at each access, which
    // for appends of a few bytes is more than the work itself. Nothing here calls out while it changes them.
    private let storage: UnsafeMutablePointer<Storage>

    package init(capacity: Int = 256) {
        let capacity = max(capacity, 16)
        storage = .allocate(capacity: 1)
        storage.initialize(
            to: Storage(base: .allocate(byteCount: capacity, alignment: 16), capacity: capacity, count: 0))
    }

    deinit {
        base.deallocate()
        storage.deallocate()
    }

    private var base: UnsafeMutableRawPointer {
        get { storage.pointee.base }
        set { storage.pointee.base = newValue }
    }

    private var capacity: Int {
        get { storage.pointee.capacity }
        set { storage.pointee.capacity = newValue }
    }

    /// Bytes in use.
    package private(set) var count: Int {
        get { storage.pointee.count }
        set { storage.pointee.count = newValue }
    }

    package var isEmpty: Bool { count == 0 }

    /// The bytes in use; valid until the next change.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Forgets the bytes. Memory above `limit` bytes goes back to the system.
    package func clear(keeping limit: Int = 1 << 18) {
        count = 0
        guard capacity > limit else { return }
        base.deallocate()
        capacity = 256
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    /// Drops the first `n` bytes, moving the rest. O(count).
    package func dropFirst(_ n: Int) {
        guard n > 0 else { return }
        precondition(n <= count, "more bytes dropped than there are")
        base.copyMemory(from: base + n, byteCount: count - n)
        count -= n
    }

    package func truncate(to n: Int) {
        precondition(n <= count, "truncated to more bytes than there are")
        count = n
    }

    /// Makes room for `n` more bytes.
    package func reserve(_ n: Int) {
        let needed = count + n
        guard needed > capacity else { return }
        let grown = max(needed, capacity * 2)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
        memory.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = memory
        capacity = grown
    }

    package func append(_ byte: UInt8) {
        if count == capacity { reserve(1) }
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    package func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append($0) }
    }

    package func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    package func append(_ text: StaticString) {
        if text.hasPointerRepresentation {
            append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        } else {
            append(String(text.unicodeScalar))
        }
    }

    package func append(_ text: some StringProtocol) {
        if text.utf8.withContiguousStorageIfAvailable({ append(UnsafeRawBufferPointer($0)) }) == nil {
            for byte in text.utf8 { append(byte) }
        }
    }

    /// Appends `value` in decimal digits.
    package func append(decimal value: Int) {
        reserve(20)
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var length = 1
        var power: UInt = 10
        while length < 19, rest >= power {
            length += 1
            power &*= 10
        }
        if length == 19, rest >= power { length = 20 }
        var place = count + length
        count = place
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            base.storeBytes(of: UInt8(ascii: "0") + UInt8(digit), toByteOffset: place, as: UInt8.self)
            rest = quotient
        } while rest > 0
    }

    /// Appends up to `maximum` bytes that `body` writes into fresh memory; it returns how many it wrote.
    package func append(upTo maximum: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        reserve(maximum)
        let written = body(UnsafeMutableRawBufferPointer(start: base + count, count: maximum))
        precondition(written >= 0 && written <= maximum, "more bytes written than there is room for")
        count += written
    }
}
