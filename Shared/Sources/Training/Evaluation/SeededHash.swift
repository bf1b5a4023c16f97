/// A hash that a seed varies: samples that come out the same on every machine and in every order.
enum SeededHash {
    /// The finaliser of SplitMix64 (Steele et al., OOPSLA 2014).
    static func value(of number: UInt64, seed: UInt64) -> UInt64 {
        var bits = number &+ (seed &* 0x9E37_79B9_7F4A_7C15) &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
