/// Draws from a fixed discrete distribution in O(1): Walker's alias method in Vose's form (IEEE TSE 1991).
struct AliasTable: Sendable {
    private var threshold: [Float]
    private var alias: [UInt32]

    /// A table over the indices of `weights`, which are finite, not negative and not all zero. O(n).
    init(weights: [Double]) {
        let scale = Double(weights.count) / weights.reduce(0, +)
        var rest = weights.map { $0 * scale }
        threshold = [Float](repeating: 1, count: weights.count)
        alias = [UInt32](0..<UInt32(weights.count))
        var small: [Int] = []
        var large: [Int] = []
        for index in rest.indices {
            if rest[index] < 1 { small.append(index) } else { large.append(index) }
        }
        while let low = small.last, let high = large.last {
            small.removeLast()
            threshold[low] = Float(rest[low])
            alias[low] = UInt32(high)
            rest[high] -= 1 - rest[low]
            if rest[high] < 1 {
                large.removeLast()
                small.append(high)
            }
        }
    }

    /// An index with probability proportional to its weight.
    func draw(_ random: inout DemoRandom) -> Int {
        let index = random.below(threshold.count)
        return random.uniform() < Double(threshold[index]) ? index : Int(alias[index])
    }
}
