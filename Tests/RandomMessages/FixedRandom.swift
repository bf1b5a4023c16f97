package import Domain

/// Numbers that are the same in every run (SplitMix64).
package struct FixedRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    package mutating func flag() -> Bool { Bool.random(using: &self) }

    package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    package mutating func float(_ range: ClosedRange<Float>) -> Float { Float.random(in: range, using: &self) }

    /// Any text: empty, of several scripts, with characters that C strings end at.
    package mutating func text(_ lengths: ClosedRange<Int> = 0...12) -> String {
        let alphabet: [Character] = ["a", "Z", "0", "é", "中", "🎬", "\u{0}", " ", "="]
        return String((0..<number(lengths)).map { _ in alphabet.randomElement(using: &self)! })
    }

    package mutating func list<Element>(_ counts: ClosedRange<Int>, _ make: (inout FixedRandom) -> Element) -> [Element]
    {
        (0..<number(counts)).map { _ in make(&self) }
    }
}

extension FixedRandom {
    package mutating func next() -> ItemNumber { ItemNumber(truncatingIfNeeded: next() as UInt64) }

    /// What transport and disks may make of bytes: some changed, some gone, some added.
    package mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<number(1...4) where !bytes.isEmpty {
            let place = number(0...(bytes.count - 1))
            switch number(0...4) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next() as UInt64)
            case 1: bytes[place] ^= 1 << UInt8(number(0...7))
            case 2: bytes.removeLast(number(0...(bytes.count - 1)))
            case 3: bytes.remove(at: place)
            default: bytes.insert(contentsOf: list(1...9) { UInt8(truncatingIfNeeded: $0.next() as UInt64) }, at: place)
            }
        }
        return bytes
    }
}
