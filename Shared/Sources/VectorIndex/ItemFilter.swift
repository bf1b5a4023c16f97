/// A set of item numbers, one bit each: what a search may return.
public struct ItemFilter: Sendable, Equatable {
    /// Bit n % 64 of word n / 64; whole chunks of an index, so that a search reads no further.
    private(set) var words: [UInt64]

    /// The empty set, with room for the numbers below `count`.
    public init(count: Int) {
        let chunks = (count + Chunk.rows - 1) / Chunk.rows
        words = Array(repeating: 0, count: chunks * Chunk.rows / 64)
    }

    /// The set that whole chunks of words are; nil for parts of one.
    init?(words: [UInt64]) {
        guard words.count.isMultiple(of: Chunk.rows / 64) else { return nil }
        self.words = words
    }

    /// Adds a number; the set grows as needed. O(1) amortised.
    public mutating func insert(_ number: UInt32) {
        let word = Int(number / 64)
        if word >= words.count {
            let size = (word / (Chunk.rows / 64) + 1) * (Chunk.rows / 64)
            words.append(contentsOf: repeatElement(0, count: size - words.count))
        }
        words[word] |= 1 << UInt64(number % 64)
    }

    /// Takes a number out. O(1).
    public mutating func remove(_ number: UInt32) {
        guard Int(number / 64) < words.count else { return }
        words[Int(number / 64)] &= ~(1 << UInt64(number % 64))
    }

    /// Whether a number is in the set. O(1).
    public func contains(_ number: UInt32) -> Bool {
        Int(number / 64) < words.count && words[Int(number / 64)] >> UInt64(number % 64) & 1 == 1
    }

    /// How many numbers are in the set. O(size).
    public var count: Int {
        words.reduce(0) { $0 + $1.nonzeroBitCount }
    }
}
