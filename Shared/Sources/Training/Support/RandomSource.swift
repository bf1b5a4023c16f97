#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Random numbers from a seed: xoshiro256** (Blackman & Vigna 2018), the same on every machine.
struct RandomSource: RandomNumberGenerator, Sendable, Equatable {
    private var state: SIMD4<UInt64>

    init(seed: UInt64) {
        var mixed = seed
        state = .zero
        for lane in 0..<4 {
            // SplitMix64 (Steele et al. 2014) spreads the seed over the state.
            mixed &+= 0x9E37_79B9_7F4A_7C15
            var value = mixed
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            state[lane] = value ^ (value >> 31)
        }
    }

    /// The state, four words.
    var words: [UInt64] { (0..<4).map { state[$0] } }

    /// Goes on from a state that ``words`` gave; nil for another number of words, or a state that never moves.
    init?(words: [UInt64]) {
        guard words.count == 4, words.contains(where: { $0 != 0 }) else { return nil }
        state = SIMD4(words[0], words[1], words[2], words[3])
    }

    mutating func next() -> UInt64 {
        let product = state[1] &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state[1] << 17
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = (state[3] << 45) | (state[3] >> 19)
        return result
    }

    /// A number below `bound`, which is above zero (Lemire 2019, without the rejection: the bias is below 2^-32).
    mutating func below(_ bound: Int) -> Int {
        Int((next() >> 32).multipliedFullWidth(by: UInt64(bound) << 32).high)
    }

    /// Uniform in [0, 1).
    mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A key of weighted sampling without replacement, ln(u) / weight: what has the largest keys is drawn, the largest first
    /// (Efraimidis & Spirakis 2006).
    mutating func samplingKey(weight: Float) -> Float { logf(max(uniform(), 1e-20)) / weight }

    /// Normal with mean 0 and variance 1 (Box & Muller 1958).
    mutating func normal() -> Float {
        let radius = (-2 * logf(1 - uniform())).squareRoot()
        return radius * cosf(2 * .pi * uniform())
    }

    /// Shuffles in place.
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for place in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(place, below(place + 1)) }
    }
}
