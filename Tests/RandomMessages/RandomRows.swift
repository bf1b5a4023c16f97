import Contracts
package import Domain
import EventLog
package import Messages

extension FixedRandom {
    package mutating func state(history: ClosedRange<Int> = 0...70, seen: ClosedRange<Int> = 0...600) -> UserState {
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

    package mutating func userRow() -> UserRow {
        UserRow(
            state: state(), recentIDs: list(0...64) { $0.next() }, position: LogPosition(rawValue: next() >> 2))
    }

    package mutating func value() -> FieldValue {
        switch number(0...3) {
        case 0: .text(text())
        case 1: .number(Double(number(-1000...1000)) / 8)
        case 2: .flag(flag())
        default: .texts(list(0...4) { $0.text() })
        }
    }

    package mutating func item() -> Item {
        var attributes: [String: FieldValue] = [:]
        for _ in 0..<number(0...5) { attributes[text()] = value() }
        return Item(
            id: "item \(number(0...1_000_000)) 中", title: text(0...40), categories: list(0...4) { $0.text() },
            attributes: attributes, price: flag() ? Double(number(0...10_000)) / 100 : nil,
            createdAt: Int64(number(0...1_764_000_000)) * 1000, isHidden: flag())
    }

    package mutating func itemRow() -> ItemFeaturesRow {
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
