/// The newest events that are in a user's state, by hashes of their ids: how a repeated one is known where the log lets it
/// through. Of 64 ids and 64 bits, a new event is taken for an old one with a probability of 2⁻⁵⁸.
struct RecentEvents: Sendable, Equatable {
    /// How many are remembered.
    static let limit = 64

    /// The oldest first.
    private(set) var hashes: [UInt64] = []

    init() {}

    init(hashes: [UInt64]) { self.hashes = hashes.suffix(Self.limit) }

    /// Remembers an event; false when it is one of them already. O(limit).
    mutating func insert(_ hash: UInt64) -> Bool {
        guard !hashes.contains(hash) else { return false }
        if hashes.count >= Self.limit { hashes.removeFirst(hashes.count - Self.limit + 1) }
        hashes.append(hash)
        return true
    }

    /// FNV-1a of 64 bits with the finish of MurmurHash3: part of the format, never changed. O(length).
    static func hash(_ id: String) -> UInt64 {
        var id = id
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        id.withUTF8 { utf8 in
            for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ (hash >> 33)
    }
}

extension RecentEvents {
    /// Little-endian words, the oldest first.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * 8)
        for hash in hashes { withUnsafeBytes(of: hash.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// What ``encoded()`` wrote; nil for anything else.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        guard bytes.count % 8 == 0, bytes.count <= Self.limit * 8 else { return nil }
        hashes = stride(from: 0, to: bytes.count, by: 8).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
        }
    }
}
