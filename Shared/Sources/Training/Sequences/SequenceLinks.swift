/// Weighted links from each item to others in flat arrays: item `i` owns the range `starts[i]..<starts[i + 1]`. No item has a
/// link to itself.
struct SequenceLinks: Sendable {
    let starts: [Int]
    let targets: [Int32]
    let weights: [Float]

    /// Links of all pairs of the sequences that a rule counts; see ``SequencePairs``.
    init(sequences: [[Int32]], itemCount: Int, rule: SequencePairs.Rule) {
        var (starts, targets, weights) = ([0], [Int32](), [Float]())
        SequencePairs(sequences, itemCount: itemCount, rules: [rule]).forEach(0..<itemCount) { _, others, sums in
            targets += others
            weights += sums.map(\.x)
            starts.append(targets.count)
        }
        (self.starts, self.targets, self.weights) = (starts, targets, weights)
    }

    /// row[i] += weight · link(item, i). O(links of the item).
    @unsafe
    func add(_ item: Int32, weight: Float, to row: UnsafeMutablePointer<Float>) {
        for place in starts[Int(item)]..<starts[Int(item) + 1] {
            unsafe row[Int(targets[place])] += weight * weights[place]
        }
    }
}
