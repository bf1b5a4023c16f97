package import Domain

/// Numbers that are the same in every run.
package struct FixedRandom: RandomNumberGenerator {
    private var generator: SplitMix64

    package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    package mutating func next() -> UInt64 { generator.next() }

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
