/// FNV-1a with 128 bits over the parts of a row, with a finaliser: the same content always gives the same event id.
/// Not a defence against somebody who looks for collisions.
struct ContentHash {
    private var state: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

    mutating func combine(byte: UInt8) {
        state = (state ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
    }

    /// A text, closed by a byte that no UTF-8 has.
    mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte: byte) }
        combine(byte: 0xFF)
    }

    mutating func combine(number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { combine(byte: UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// 128 well-mixed bits.
    var value: UInt128 {
        let high = Self.mix(UInt64(truncatingIfNeeded: state >> 64))
        let low = Self.mix(UInt64(truncatingIfNeeded: state) ^ high)
        return UInt128(Self.mix(high ^ low)) << 64 | UInt128(low)
    }

    /// SplitMix64's finaliser.
    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 15 characters, as long as a string without storage of its own: an `h`, six of the time in units of 64 ms, eight of
    /// 48 bits of the hash. Ids ascend with time, so that a log that is filled in the order of time appends to its index.
    /// Among n rows of one moment two share an id with a probability of n²/2 × 2⁻⁴⁸.
    static func id(_ value: UInt128, timestamp: Int64) -> String {
        String(unsafeUninitializedCapacity: 15) { buffer in
            buffer[0] = UInt8(ascii: "h")
            let time = UInt64(max(timestamp, 0)) >> 6
            for place in 0..<6 { buffer[1 + place] = alphabet[Int(time >> (30 - 6 * UInt64(place)) & 63)] }
            var rest = UInt64(truncatingIfNeeded: value)
            for place in 7..<15 {
                buffer[place] = alphabet[Int(rest & 63)]
                rest >>= 6
            }
            return 15
        }
    }

    /// Sixty-four characters in the order of their codes.
    private static let alphabet = Array("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
}
