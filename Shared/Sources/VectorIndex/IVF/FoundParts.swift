/// The recall that numbers of lists give, summed over queries.
struct FoundParts {
    /// Numbers of lists that are measured, rising by a twelfth, the last being all.
    private let steps: [UInt32]
    /// The first step that takes the list of a rank in.
    private let stepOfRank: [Int]
    private var queries = 0
    /// Sums of the recalls and of their squares, at `size · steps.count + step`.
    private var sums: [Double]
    private var squares: [Double]

    init(lists: Int) {
        var steps: [UInt32] = []
        var step = 1
        while step < lists {
            steps.append(UInt32(step))
            step += max(1, step / 12)
        }
        steps.append(UInt32(lists))
        self.steps = steps
        var stepOfRank: [Int] = []
        for (i, step) in steps.enumerated() { while stepOfRank.count < step { stepOfRank.append(i) } }
        self.stepOfRank = stepOfRank
        sums = Array(repeating: 0, count: steps.count * RecallTable.sizes.count)
        squares = sums
    }

    /// Takes in a query. O(items + steps · items / 64).
    ///
    /// - Parameters:
    ///   - ranks: of its best items by stored scores, best first, the rank of the item's list in the query's order.
    ///   - places: the places that they have among its true best, `Int.max` for none.
    ///   - best: how many true best there are.
    mutating func add(ranks: [UInt32], places: [Int], best: Int) {
        queries += 1
        var newcomers = [[Int]](repeating: [], count: steps.count)
        for (i, rank) in ranks.enumerated() where Int(rank) < stepOfRank.count {
            newcomers[stepOfRank[Int(rank)]].append(i)
        }
        let words = (ranks.count + 63) / 64
        for (s, size) in RecallTable.sizes.enumerated() {
            let k = min(size, best)
            var hits = [UInt64](repeating: 0, count: words)
            for (i, place) in places.enumerated() where place < k { hits[i / 64] |= 1 << UInt64(i % 64) }
            var found = [UInt64](repeating: 0, count: words)
            for step in steps.indices {
                for i in newcomers[step] { found[i / 64] |= 1 << UInt64(i % 64) }
                let recall = k > 0 ? Double(Self.hits(hits, found, first: k)) / Double(k) : 1
                sums[s * steps.count + step] += recall
                squares[s * steps.count + step] += recall * recall
            }
        }
    }

    /// How many of the first `first` bits of `found` are in `hits`.
    private static func hits(_ hits: [UInt64], _ found: [UInt64], first: Int) -> Int {
        var left = first
        var sum = 0
        for word in found.indices {
            var bits = found[word]
            let count = bits.nonzeroBitCount
            if count > left {
                // Bits from the top go until `left` remain.
                for _ in left..<count { bits &= ~(1 << UInt64(63 - bits.leadingZeroBitCount)) }
            }
            sum += (bits & hits[word]).nonzeroBitCount
            left -= min(count, left)
            if left == 0 { break }
        }
        return sum
    }

    /// The fewest lists whose mean recall, less `margin` standard deviations of that mean, reaches each target; all where none
    /// does.
    func table(margin: Double) -> RecallTable {
        var lists: [UInt32] = []
        let n = Double(max(1, queries))
        for target in RecallTable.recalls {
            for s in RecallTable.sizes.indices {
                let step = steps.indices.first { i in
                    let mean = sums[s * steps.count + i] / n
                    let variance = max(0, squares[s * steps.count + i] / n - mean * mean)
                    return mean - margin * (variance / n).squareRoot() >= target
                }
                lists.append(steps[step ?? steps.count - 1])
            }
        }
        return RecallTable(lists: lists)
    }
}
