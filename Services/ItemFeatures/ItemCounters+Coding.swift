import Domain

extension ItemCounters {
    /// Bytes of ``encoded()``.
    static let encodedLength = 40

    /// The counters as bytes for the checkpoint: six floats and two times, little-endian.
    func encoded() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.encodedLength) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            let sums = [recent, impressions, responses, total, ratingSum, ratingCount]
            for (place, sum) in sums.enumerated() {
                bytes.storeBytes(of: sum.bitPattern.littleEndian, toByteOffset: 4 * place, as: UInt32.self)
            }
            bytes.storeBytes(of: updatedAt.littleEndian, toByteOffset: 24, as: Int64.self)
            bytes.storeBytes(of: lastInteraction.littleEndian, toByteOffset: 32, as: Int64.self)
            count = Self.encodedLength
        }
    }

    /// The counters that ``encoded()`` wrote; nil when the bytes are something else.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.encodedLength else { return nil }
        func sum(_ place: Int) -> Float {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
        }
        self.init()
        (recent, impressions, responses) = (sum(0), sum(1), sum(2))
        (total, ratingSum, ratingCount) = (sum(3), sum(4), sum(5))
        updatedAt = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: Int64.self))
        lastInteraction = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 32, as: Int64.self))
    }
}
