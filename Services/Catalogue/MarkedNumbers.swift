package import Domain

/// A set of item numbers that is filled at every event and emptied at every checkpoint: O(1) without hashing.
package struct MarkedNumbers: Sendable {
    private var isMarked: [Bool] = []
    package private(set) var numbers: [ItemNumber] = []

    package init() {}

    package var isEmpty: Bool { numbers.isEmpty }

    /// Whether a number is in the set.
    package func contains(_ number: ItemNumber) -> Bool {
        Int(number) < isMarked.count && isMarked[Int(number)]
    }

    package mutating func insert(_ number: ItemNumber) {
        let index = Int(number)
        if index >= isMarked.count {
            isMarked += repeatElement(false, count: max(index + 1 - isMarked.count, isMarked.count, 64))
        }
        guard !isMarked[index] else { return }
        isMarked[index] = true
        numbers.append(number)
    }

    /// Empties the set and returns what was in it.
    package mutating func take() -> [ItemNumber] {
        for number in numbers { isMarked[Int(number)] = false }
        defer { numbers = [] }
        return numbers
    }
}
