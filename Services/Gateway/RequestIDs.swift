/// Ids of answers: unique within a process by a counter, between processes by a random start; 16 hexadecimal digits that
/// do not tell how many there were.
struct RequestIDs: ~Copyable {
    private var state: UInt64

    init(start: UInt64 = .random(in: .min ... .max)) {
        state = start
    }

    /// The next id (a step of SplitMix64; Steele, Lea and Flood, OOPSLA 2014: a bijection of the counter).
    mutating func next() -> String {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return String(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: mixed >> UInt64(60 - 4 * place)) & 15
                buffer[place] = digit < 10 ? 48 + digit : 87 + digit
            }
            return 16
        }
    }
}
