/// A row of bits.
struct BitRow {
    private(set) var words: [UInt64]

    init(count: Int) {
        words = Array(repeating: 0, count: (count + 63) / 64)
    }

    mutating func insert(_ bit: Int) { words[bit / 64] |= 1 << UInt64(bit % 64) }

    mutating func remove(_ bit: Int) { words[bit / 64] &= ~(1 << UInt64(bit % 64)) }

    /// How many of the row's first `first` bits that are set are set in another row of as many. O(words).
    func count(in other: BitRow, first: Int) -> Int {
        var left = first
        var sum = 0
        for word in words.indices {
            var bits = words[word]
            let count = bits.nonzeroBitCount
            // Bits from the top go until `left` remain.
            for _ in 0..<max(0, count - left) { bits &= ~(1 << UInt64(63 - bits.leadingZeroBitCount)) }
            sum += (bits & other.words[word]).nonzeroBitCount
            left -= count
            if left <= 0 { break }
        }
        return sum
    }

    /// The last bit that is set below a place. O(words passed over).
    func last(below place: Int) -> Int? {
        var word = (place - 1) / 64
        guard place > 0, word >= 0 else { return nil }
        var bits = words[word] & (UInt64.max >> UInt64(63 - (place - 1) % 64))
        while bits == 0 {
            word -= 1
            guard word >= 0 else { return nil }
            bits = words[word]
        }
        return 64 * word + 63 - bits.leadingZeroBitCount
    }
}

/// Of items that come in, each with a place by its score and one by its second score, the first so many by score.
struct CandidateBits {
    /// Them, by their second score.
    private(set) var bySecond: BitRow
    private var byScore: BitRow
    private let most: Int
    private var count = 0
    /// Items from this place on are no candidates.
    private var end: Int

    init(count: Int, most: Int) {
        bySecond = BitRow(count: count)
        byScore = bySecond
        self.most = most
        end = count
    }

    mutating func insert(_ item: Int, second: Int) {
        guard item < end else { return }
        byScore.insert(item)
        bySecond.insert(second)
        count += 1
    }

    /// Drops the last by score until no more than `most` are left.
    mutating func cut(_ seconds: [Int]) {
        while count > most, let last = byScore.last(below: end) {
            bySecond.remove(seconds[last])
            end = last
            count -= 1
        }
    }
}
