/// Little-endian fields of a value.
struct ValueWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ raw: [UInt8]) {
        bytes.append(contentsOf: raw)
    }

    mutating func append(text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(optionalText text: String?) {
        append(UInt8(text == nil ? 0 : 1))
        if let text { append(text: text) }
    }

    mutating func append(list: [UInt32]) {
        list.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}

/// The bytes end before the value does, or say what cannot be.
struct ForeignValue: Error {}

/// Reads what ``ValueWriter`` wrote, within bounds.
struct ValueReader {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(ForeignValue) -> T {
        T(littleEndian: try take(MemoryLayout<T>.size).loadUnaligned(as: T.self))
    }

    /// So many bytes.
    mutating func take(_ count: Int) throws(ForeignValue) -> UnsafeRawBufferPointer {
        guard count <= rest.count else { throw ForeignValue() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }

    mutating func bytes() throws(ForeignValue) -> [UInt8] {
        Array(try take(Int(try integer(UInt32.self))))
    }

    mutating func text() throws(ForeignValue) -> String {
        let bytes = try take(Int(try integer(UInt32.self)))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ForeignValue() }
        return text
    }

    mutating func optionalText() throws(ForeignValue) -> String? {
        try integer(UInt8.self) == 0 ? nil : try text()
    }

    /// Numbers of four bytes each.
    mutating func list<T>(_ count: Int, _ element: (UInt32) -> T) throws(ForeignValue) -> [T] {
        let bytes = try take(count * 4)
        return (0..<count).map {
            element(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
        }
    }

    /// All that is left.
    mutating func remainder() -> UnsafeRawBufferPointer {
        defer { rest = UnsafeRawBufferPointer(start: nil, count: 0) }
        return rest
    }

    /// Throws when something follows.
    func finish() throws(ForeignValue) {
        guard rest.isEmpty else { throw ForeignValue() }
    }
}
