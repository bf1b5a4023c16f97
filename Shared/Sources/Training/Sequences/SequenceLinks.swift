/// Weighted links from each item to others in flat arrays: item `i` owns the range `starts[i]..<starts[i + 1]`. No item has a
/// link to itself.
struct SequenceLinks: Sendable {
    /// Which pairs of a sequence make a link, and what it weighs.
    struct Rule: Sendable {
        /// How many places apart the two are at most.
        var reach: Int
        /// Only from the earlier to the later one, instead of both ways.
        var isDirected: Bool
        /// A pair k places apart weighs 1/k, instead of 1.
        var fades: Bool
    }

    let starts: [Int]
    let targets: [Int32]
    let weights: [Float]

    /// Links of all pairs of the sequences, their sums divided by the square roots of both items' numbers of users (cosine
    /// similarity, Sarwar et al., WWW 2001), of directed ones by the earlier item's alone. O(entries·reach).
    ///
    /// - Parameter factors: for each item 1/√users.
    init(sequences: [[Int32]], factors: [Float], rule: Rule) {
        let places = Self.places(sequences, itemCount: factors.count)
        var sums = [Float](repeating: 0, count: factors.count)
        var (starts, targets, weights) = ([0], [Int32](), [Float]())
        for item in factors.indices {
            var touched: [Int32] = []
            func add(_ other: Int32, _ distance: Int) {
                guard Int(other) != item else { return }
                if sums[Int(other)] == 0 { touched.append(other) }
                sums[Int(other)] += rule.fades ? 1 / Float(distance) : 1
            }
            for (user, place) in places[item] {
                let sequence = sequences[Int(user)]
                let place = Int(place)
                for distance in 1..<max(1, min(rule.reach, sequence.count - 1 - place) + 1) {
                    add(sequence[place + distance], distance)
                }
                guard !rule.isDirected else { continue }
                for distance in 1..<max(1, min(rule.reach, place) + 1) { add(sequence[place - distance], distance) }
            }
            for other in touched.sorted() {
                targets.append(other)
                weights.append(sums[Int(other)] * factors[item] * (rule.isDirected ? 1 : factors[Int(other)]))
                sums[Int(other)] = 0
            }
            starts.append(targets.count)
        }
        self.starts = starts
        self.targets = targets
        self.weights = weights
    }

    /// Where each item is: users and places.
    private static func places(_ sequences: [[Int32]], itemCount: Int) -> [[(user: Int32, place: Int32)]] {
        var places = [[(user: Int32, place: Int32)]](repeating: [], count: itemCount)
        for (user, sequence) in sequences.enumerated() {
            for (place, item) in sequence.enumerated() { places[Int(item)].append((Int32(user), Int32(place))) }
        }
        return places
    }

    /// row[i] += weight · link(item, i). O(links of the item).
    @unsafe
    func add(_ item: Int32, weight: Float, to row: UnsafeMutablePointer<Float>) {
        for place in starts[Int(item)]..<starts[Int(item) + 1] {
            unsafe row[Int(targets[place])] += weight * weights[place]
        }
    }
}
