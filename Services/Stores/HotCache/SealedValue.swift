/// What surrounds a value in Redis, so that what is not ours, from another format or damaged is told from what is:
/// three bytes `Csc`, the format, the kind, eight bytes of checksum, the value.
///
/// The checksum covers key and kind too: a value that was put under another key is foreign there.
enum SealedValue {
    static let format: UInt8 = 1
    private static let magic = Array("Csc".utf8) + [format]
    private static let headerBytes = 13

    static func seal(_ value: [UInt8], _ kind: CachedKind, key: [UInt8]) -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(headerBytes + value.count)
        sealed.append(contentsOf: magic)
        sealed.append(kind.rawValue)
        let checksum = value.withUnsafeBytes { Self.checksum($0, kind, key: key) }
        withUnsafeBytes(of: checksum.littleEndian) { sealed.append(contentsOf: $0) }
        sealed.append(contentsOf: value)
        return sealed
    }

    /// The value within, nil when it is foreign.
    static func open(_ sealed: UnsafeRawBufferPointer, _ kind: CachedKind, key: [UInt8]) -> UnsafeRawBufferPointer? {
        guard sealed.count >= headerBytes, sealed.prefix(4).elementsEqual(magic), sealed[4] == kind.rawValue else {
            return nil
        }
        let value = UnsafeRawBufferPointer(rebasing: sealed[headerBytes...])
        let expected = UInt64(littleEndian: sealed.loadUnaligned(fromByteOffset: 5, as: UInt64.self))
        return checksum(value, kind, key: key) == expected ? value : nil
    }

    private static func checksum(_ value: UnsafeRawBufferPointer, _ kind: CachedKind, key: [UInt8]) -> UInt64 {
        var hash = UInt64(kind.rawValue)
        key.withUnsafeBytes { mix($0, into: &hash) }
        mix(value, into: &hash)
        return hash
    }

    /// A multiplicative hash over words of eight bytes, with the length at the end: finds damage, withstands no attacker.
    private static func mix(_ bytes: UnsafeRawBufferPointer, into hash: inout UInt64) {
        func take(_ word: UInt64) {
            hash = (hash ^ word) &* 0x9FB2_1C65_1E98_DF25
            hash ^= hash >> 32
        }
        var offset = 0
        while offset + 8 <= bytes.count {
            take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var last: UInt64 = 0
        for byte in bytes[offset...].reversed() { last = last << 8 | UInt64(byte) }
        take(last)
        take(UInt64(bytes.count))
    }
}
