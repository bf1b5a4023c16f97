import CCrypto

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1), by OpenSSL's libcrypto: who has the key can make and check it, nobody else.
public enum HMACSHA256 {
    /// Bytes of a code.
    public static let byteCount = 32

    /// The code of `message` under `key`. O(count).
    /// - Parameter key: at least one byte.
    public static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(!key.isEmpty, "a code needs a key")
        var code = [UInt8](repeating: 0, count: byteCount)
        let result = unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil)
        unsafe precondition(result != nil, "libcrypto makes no HMAC: a build without SHA-256")
        return code
    }

    /// Whether two codes are the same, in a time that does not depend on where they differ.
    public static func matches(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }
}
