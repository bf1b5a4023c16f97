import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Random numbers of several distributions. The whole state is one word, so that every user of the world has a stream of
/// their own.
struct DemoRandom: Sendable {
    private var generator: SplitMix64

    /// The stream number `stream` of a seed.
    init(seed: UInt64, stream: UInt64) {
        var first = SplitMix64(seed: seed)
        generator = SplitMix64(seed: first.next() ^ (stream &* 0xD6E8_FEB8_6659_FD93))
    }

    /// 64 random bits.
    mutating func next() -> UInt64 { generator.next() }

    /// Uniform in 0..<1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0..<bound; `bound` is positive.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// True with the given probability.
    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// Standard normal (Box and Muller).
    mutating func normal() -> Double {
        sqrt(-2 * log(1 - uniform())) * cos(2 * .pi * uniform())
    }

    /// Any element of a list that is not empty.
    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}
