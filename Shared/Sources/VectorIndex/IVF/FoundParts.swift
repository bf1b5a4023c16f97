/// The recall that numbers of lists give, summed over queries.
struct FoundParts {
    /// Numbers of lists that are measured, rising by a twelfth, the last being all.
    private let steps: [UInt32]
    /// The first step that takes the list of a rank in.
    private let stepOfRank: [Int]
    private var queries = 0
    /// By int8 scores, and with the best candidates scored once more.
    private var plain: RecallSums
    private var rescored: RecallSums

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
        plain = RecallSums(count: steps.count * RecallTable.sizes.count)
        rescored = plain
    }

    /// Takes in a query. O(items + steps · items / 64).
    ///
    /// - Parameters:
    ///   - ranks: of its best items by stored scores, best first, the rank of the item's list in the query's order.
    ///   - places: the places that they have among its true best, `Int.max` for none.
    ///   - seconds: the places that they have among each other by their second score.
    ///   - best: how many true best there are.
    mutating func add(ranks: [UInt32], places: [Int], seconds: [Int], best: Int) {
        queries += 1
        var newcomers = [[Int]](repeating: [], count: steps.count)
        for (i, rank) in ranks.enumerated() where Int(rank) < stepOfRank.count {
            newcomers[stepOfRank[Int(rank)]].append(i)
        }
        for (s, size) in RecallTable.sizes.enumerated() {
            let k = min(size, best)
            var hits = BitRow(count: ranks.count)
            var hitsBySecond = hits
            for (i, place) in places.enumerated() where place < k {
                hits.insert(i)
                hitsBySecond.insert(seconds[i])
            }
            var found = BitRow(count: ranks.count)
            var candidates = CandidateBits(count: ranks.count, most: IVFIndex.candidates(for: size))
            for step in steps.indices {
                for i in newcomers[step] {
                    found.insert(i)
                    candidates.insert(i, second: seconds[i])
                }
                candidates.cut(seconds)
                let place = s * steps.count + step
                plain.add(Self.recall(hits, found, k), at: place)
                rescored.add(Self.recall(hitsBySecond, candidates.bySecond, k), at: place)
            }
        }
    }

    private static func recall(_ hits: BitRow, _ found: BitRow, _ k: Int) -> Double {
        k > 0 ? Double(found.count(in: hits, first: k)) / Double(k) : 1
    }

    /// What the stored vectors give at most may be below a target: then this much less than that is enough.
    private static let nearEnough = 0.001

    /// The fewest lists whose mean recall, less `margin` standard deviations of that mean, reaches each target; where none does,
    /// the fewest that come near what all of them give.
    func table(margin: Double) -> RecallTable {
        var lists: [UInt32] = []
        let n = Double(max(1, queries))
        for target in RecallTable.recalls {
            for s in RecallTable.sizes.indices {
                let isRescored = target > IVFIndex.rescoredFrom
                let recalls = isRescored ? rescored : plain
                let most = recalls.mean(at: s * steps.count + steps.count - 1, of: n)
                let step =
                    steps.indices.first { i in
                        let place = s * steps.count + i
                        return recalls.mean(at: place, of: n) - margin * recalls.error(at: place, of: n) >= target
                    } ?? steps.indices.first { recalls.mean(at: s * steps.count + $0, of: n) >= most - Self.nearEnough }
                lists.append(steps[step ?? steps.count - 1])
            }
        }
        return RecallTable(lists: lists)
    }
}
