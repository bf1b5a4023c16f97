import Contracts
import Domain
import EventLog
import Messages

/// Numbers that are the same in every run (SplitMix64).
struct FixedRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func flag() -> Bool { Bool.random(using: &self) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func float(_ range: ClosedRange<Float>) -> Float { Float.random(in: range, using: &self) }

    /// Any text: empty, of several scripts, with characters that C strings end at.
    mutating func text(_ lengths: ClosedRange<Int> = 0...12) -> String {
        let alphabet: [Character] = ["a", "Z", "0", "é", "中", "🎬", "\u{0}", " ", "="]
        return String((0..<number(lengths)).map { _ in alphabet.randomElement(using: &self)! })
    }

    mutating func list<Element>(_ counts: ClosedRange<Int>, _ make: (inout FixedRandom) -> Element) -> [Element] {
        (0..<number(counts)).map { _ in make(&self) }
    }
}

extension FixedRandom {
    mutating func state(history: ClosedRange<Int> = 0...70, seen: ClosedRange<Int> = 0...600) -> UserState {
        let kinds = EventKind.allCases.filter { $0 != .impression }
        var moment: Int64 = 1_764_000_000_000
        let hasValues = flag()
        let history = list(history) { random in
            moment += Int64(random.number(0...100_000))
            return HistoryEntry(
                item: random.next(), kind: kinds.randomElement(using: &random)!, weight: random.float(-4...4),
                value: hasValues && random.flag() ? random.float(0...5) : .nan, timestamp: moment)
        }
        return UserState(
            version: next() >> 2, history: history, seen: list(seen) { $0.next() },
            attributes: list(0...5) { $0.text() }.sorted())!
    }

    mutating func userRow() -> UserRow {
        UserRow(
            state: state(), recentIDs: list(0...64) { $0.next() }, position: LogPosition(rawValue: next() >> 2))
    }

    mutating func value() -> FieldValue {
        switch number(0...3) {
        case 0: .text(text())
        case 1: .number(Double(number(-1000...1000)) / 8)
        case 2: .flag(flag())
        default: .texts(list(0...4) { $0.text() })
        }
    }

    mutating func item() -> Item {
        var attributes: [String: FieldValue] = [:]
        for _ in 0..<number(0...5) { attributes[text()] = value() }
        return Item(
            id: "item \(number(0...1_000_000)) 中", title: text(0...40), categories: list(0...4) { $0.text() },
            attributes: attributes, price: flag() ? Double(number(0...10_000)) / 100 : nil,
            createdAt: Int64(number(0...1_764_000_000)) * 1000, isHidden: flag())
    }

    mutating func itemRow() -> ItemFeaturesRow {
        var counters = ItemCounters()
        counters.recent = float(0...1e6)
        counters.impressions = float(0...1e6)
        counters.responses = float(0...1e6)
        counters.total = float(0...1e9)
        counters.ratingSum = float(-10...1e6)
        counters.ratingCount = float(0...1e6)
        counters.updatedAt = Int64(number(0...1_764_000_000_000))
        counters.lastInteraction = Int64(number(0...1_764_000_000_000))
        return ItemFeaturesRow(
            number: ItemNumber(number(0...1_000_000)), item: item(),
            availability: [.available, .hidden, .deleted].randomElement(using: &self)!, counters: counters,
            now: Int64(number(0...1_764_000_000_000)))
    }
}

extension FixedRandom {
    mutating func next() -> ItemNumber { ItemNumber(truncatingIfNeeded: next() as UInt64) }

    /// What transport and disks may make of bytes: some changed, some gone, some added.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
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
