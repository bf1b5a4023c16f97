import CCrypto

/// SHA-256 (FIPS 180-4) of bytes that arrive in pieces, by OpenSSL's libcrypto.
@safe
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// A hash of nothing yet.
    public init() {
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto gives no SHA-256 context: out of memory, or a build without SHA-256")
        }
        unsafe self.context = unsafe context
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// Takes the next bytes in. O(count).
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let status = unsafe EVP_DigestUpdate(context, base, bytes.count)
        precondition(status == 1, "libcrypto refused to hash")
    }

    /// Takes the next bytes in. O(count).
    public mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in unsafe update(buffer) }
    }

    /// The 32 bytes of the hash of everything taken in.
    public consuming func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let status = unsafe EVP_DigestFinal_ex(context, &digest, nil)
        precondition(status == 1, "libcrypto refused to finish a hash")
        return digest
    }

    /// The hash of everything taken in, as 64 lower-case hexadecimal digits.
    public consuming func finishHex() -> String {
        Self.hexadecimal(finish())
    }

    /// The hash of `bytes`, as 64 lower-case hexadecimal digits. O(count).
    public static func hex(of bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        unsafe hash.update(bytes)
        return hash.finishHex()
    }

    /// The hash of `bytes`, as 64 lower-case hexadecimal digits. O(count).
    public static func hex(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finishHex()
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
