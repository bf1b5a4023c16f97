/// Why stored bytes are not a user state.
public enum UserStateCodingError: Error, Equatable, CustomStringConvertible {
    /// Written by a newer version of the system.
    case unknownVersion(UInt8)
    /// The bytes end too early or say something impossible.
    case corrupt

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .unknownVersion(let version):
            "user state of format \(version), which this build does not know: use the build that wrote it, or a newer one"
        case .corrupt:
            "user state is corrupt: remove the checkpoint, it is rebuilt from the event log"
        }
    }
}

extension UserState {
    /// Format of ``encoded()``: a byte of format version, then little-endian fields.
    static let formatVersion: UInt8 = 1

    /// The state as bytes for a checkpoint.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.formatVersion]
        bytes.reserveCapacity(32 + history.count * 22 + seen.count * 4)
        bytes.append(integer: version)
        bytes.append(integer: UInt32(history.count))
        for entry in history {
            bytes.append(integer: entry.item)
            bytes.append(entry.kind.rawValue)
            bytes.append(integer: entry.weight.bitPattern)
            bytes.append(integer: entry.value.bitPattern)
            bytes.append(integer: entry.timestamp)
        }
        bytes.append(integer: UInt32(seen.count))
        for item in seen { bytes.append(integer: item) }
        bytes.append(integer: UInt32(attributes.count))
        for attribute in attributes {
            let text = Array(attribute.utf8)
            bytes.append(integer: UInt32(text.count))
            bytes += text
        }
        return bytes
    }

    /// The state that ``encoded()`` wrote.
    public init(decoding bytes: [UInt8]) throws(UserStateCodingError) {
        var reader = ByteReader(bytes: bytes)
        let format: UInt8 = try reader.integer()
        guard format == Self.formatVersion else { throw .unknownVersion(format) }
        version = try reader.integer()
        for _ in 0..<(try reader.count()) {
            let item: UInt32 = try reader.integer()
            guard let kind = EventKind(rawValue: try reader.integer()) else { throw .corrupt }
            let weight = Float(bitPattern: try reader.integer())
            let value = Float(bitPattern: try reader.integer())
            history.append(
                HistoryEntry(item: item, kind: kind, weight: weight, value: value, timestamp: try reader.integer()))
        }
        for _ in 0..<(try reader.count()) { seen.append(try reader.integer()) }
        for _ in 0..<(try reader.count()) { attributes.append(try reader.text(length: try reader.count())) }
        guard reader.isAtEnd else { throw .corrupt }
    }
}

extension [UInt8] {
    fileprivate mutating func append(integer: some FixedWidthInteger) {
        var rest = integer
        for _ in 0..<(integer.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

private struct ByteReader {
    let bytes: [UInt8]
    var offset = 0

    var isAtEnd: Bool { offset == bytes.count }

    mutating func integer<Integer: FixedWidthInteger>() throws(UserStateCodingError) -> Integer {
        let width = Integer.bitWidth / 8
        guard bytes.count - offset >= width else { throw .corrupt }
        var value: Integer = 0
        for place in 0..<width { value |= Integer(truncatingIfNeeded: bytes[offset + place]) << (8 * place) }
        offset += width
        return value
    }

    /// A count of things that take at least a byte each, so that corrupt bytes cannot ask for more than there are.
    mutating func count() throws(UserStateCodingError) -> Int {
        let count = Int(try integer() as UInt32)
        guard count <= bytes.count - offset else { throw .corrupt }
        return count
    }

    mutating func text(length: Int) throws(UserStateCodingError) -> String {
        guard bytes.count - offset >= length else { throw .corrupt }
        defer { offset += length }
        return String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
    }
}
