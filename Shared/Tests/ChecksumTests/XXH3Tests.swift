import Checksum
import Testing

@Suite struct XXH3Tests {
    /// Bytes that differ from their neighbours.
    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { XXH3.checksum(of: $0) }
    }

    /// Of the specification's reference program: `printf '' | xxhsum -H3`, and of "abc".
    @Test("Known checksums")
    func known() {
        #expect(Self.checksum([]) == 0x2D06_8005_38D3_94C2)
        #expect(Self.checksum(Array("abc".utf8)) == 0x78AF_5F94_892F_3950)
    }

    @Test(
        "In pieces or at once, the checksum is the same", arguments: [0, 1, 16, 128, 240, 241, 1_023, 4_096, 100_001])
    func pieces(count: Int) {
        let bytes = Self.bytes(count)
        for size in [1, 7, 64, 1_000, 1 << 20] where count / size < 20_000 {
            var hash = XXH3()
            for start in stride(from: 0, to: count, by: size) {
                bytes[start..<min(start + size, count)].withUnsafeBytes { hash.update($0) }
            }
            #expect(hash.checksum == Self.checksum(bytes), "\(count) in pieces of \(size)")
        }
    }

    @Test("A bit that is another changes the checksum")
    func bits() {
        let bytes = Self.bytes(300)
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 4
            #expect(Self.checksum(other) != Self.checksum(bytes))
        }
    }
}
