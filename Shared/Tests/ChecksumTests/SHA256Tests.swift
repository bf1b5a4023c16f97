import Checksum
import Testing

@Suite struct SHA256Tests {
    @Test(
        "Vectors of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func vectors(text: String, hash: String) {
        #expect(SHA256.hex(of: Array(text.utf8)) == hash)
        let raw = Array(text.utf8).withUnsafeBytes { SHA256.hex(of: $0) }
        #expect(raw == hash)
    }

    @Test("Pieces of any size give the hash of the whole")
    func pieces() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
        let whole = SHA256.hex(of: bytes)
        for size in [1, 63, 64, 65, 4096, 20_000] {
            var hash = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(hash.finishHex() == whole, "pieces of \(size)")
        }
    }
}
