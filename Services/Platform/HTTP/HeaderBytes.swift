/// Which bytes may stand where in a head (RFC 9110 §5.6.2, RFC 9112).
enum HeaderBytes {
    /// The characters of a token, which names and methods are, as a bit set of ASCII.
    private static let tokens: (UInt64, UInt64) = {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        return (low, high)
    }()

    static func isToken(_ byte: UInt8) -> Bool {
        if byte < 64 { return tokens.0 >> UInt64(byte) & 1 == 1 }
        return byte < 128 && tokens.1 >> UInt64(byte - 64) & 1 == 1
    }

    /// Characters of a host with a port, coarsely: enough that nothing in it can be taken for something else.
    static func isHost(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "@") && byte != UInt8(ascii: ",")
    }

    /// A Content-Length: digits and nothing else.
    static func length(_ value: UnsafeRawBufferPointer) throws(HTTPProblem) -> Int {
        guard !value.isEmpty, value.count <= 18 else {
            throw .badRequest("The Content-Length is not a number of bytes.")
        }
        var length = 0
        for byte in value {
            guard byte &- 48 < 10 else { throw .badRequest("The Content-Length is not a number of bytes.") }
            length = length * 10 + Int(byte &- 48)
        }
        return length
    }
}
