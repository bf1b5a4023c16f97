/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014): the same numbers on every
/// machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// `size` of the numbers below `count`, each at most once, rising. O(count).
    mutating func sample(_ size: Int, of count: Int) -> [Int] {
        guard size < count else { return Array(0..<count) }
        var chosen: [Int] = []
        chosen.reserveCapacity(size)
        // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S).
        for i in 0..<count where Int.random(in: 0..<count - i, using: &self) < size - chosen.count { chosen.append(i) }
        return chosen
    }
}
