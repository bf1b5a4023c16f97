/// A set of item numbers, a bit for each that there can be: gives them in order without comparing any.
struct ItemSet {
    private var words: [UInt64]

    /// An empty set of numbers below a limit.
    init(limit: Int) { words = [UInt64](repeating: 0, count: (limit + 63) / 64) }

    mutating func insert(_ item: Int32) { words[Int(item) >> 6] |= 1 << UInt64(item & 63) }

    /// Empties the set into an array, ascending, in the place of what was there. O(limit / 64 + items).
    mutating func removeAll(into items: inout [Int32]) {
        items.removeAll(keepingCapacity: true)
        for place in words.indices where words[place] != 0 {
            var bits = words[place]
            while bits != 0 {
                items.append(Int32(place * 64 + bits.trailingZeroBitCount))
                bits &= bits - 1
            }
            words[place] = 0
        }
    }
}
