import Domain

/// A set of item numbers that is filled at every event and emptied at every checkpoint: O(1) without hashing.
struct MarkedNumbers: Sendable {
    private var isMarked: [Bool] = []
    private(set) var numbers: [ItemNumber] = []

    var isEmpty: Bool { numbers.isEmpty }

    mutating func insert(_ number: ItemNumber) {
        let index = Int(number)
        if index >= isMarked.count {
            isMarked += repeatElement(false, count: max(index + 1 - isMarked.count, isMarked.count, 64))
        }
        guard !isMarked[index] else { return }
        isMarked[index] = true
        numbers.append(number)
    }

    /// Empties the set and returns what was in it.
    mutating func take() -> [ItemNumber] {
        for number in numbers { isMarked[Int(number)] = false }
        defer { numbers = [] }
        return numbers
    }
}
