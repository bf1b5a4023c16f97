import Checksum
import Testing

@Suite struct HMACSHA256Tests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    @Test(
        "Vectors of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func vectors(key: [UInt8], message: [UInt8], code: String) {
        #expect(HMACSHA256.code(for: message, key: key) == Self.bytes(code))
    }

    @Test("A code matches itself and nothing else")
    func matching() {
        let code = HMACSHA256.code(for: [1, 2, 3], key: [4])
        #expect(HMACSHA256.matches(code, code))
        #expect(!HMACSHA256.matches(code, HMACSHA256.code(for: [1, 2, 3], key: [5])))
        #expect(!HMACSHA256.matches(code, HMACSHA256.code(for: [1, 2], key: [4])))
        #expect(!HMACSHA256.matches(code, Array(code.dropLast())))
    }
}
