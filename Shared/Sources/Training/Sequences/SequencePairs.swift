/// Pairs of items in sequences, summed up for one item after the other under up to four rules at once.
struct SequencePairs: Sendable {
    /// Which pairs of a sequence count, and how much.
    struct Rule: Sendable {
        /// How many places apart the two are at most.
        var reach: Int
        /// Only from the earlier to the later one, instead of both ways.
        var isDirected: Bool
        /// A pair k places apart counts 1/k, instead of 1.
        var fades: Bool
    }

    private let sequences: [[Int32]]
    /// For each item 1/√users.
    private let factors: [Float]
    /// Where each item is: users and places.
    private let places: [[(user: Int32, place: Int32)]]
    /// What a pair counts by its distance, for the later one and for the earlier one.
    private let forward: [SIMD4<Float>]
    private let backward: [SIMD4<Float>]
    private let isDirected: SIMD4<Float>

    init(_ sequences: [[Int32]], itemCount: Int, rules: [Rule]) {
        precondition(rules.count <= 4, "at most four rules at once")
        var places = [[(user: Int32, place: Int32)]](repeating: [], count: itemCount)
        var users = [Float](repeating: 0, count: itemCount)
        for (user, sequence) in sequences.enumerated() {
            for (place, item) in sequence.enumerated() {
                if places[Int(item)].last?.user != Int32(user) { users[Int(item)] += 1 }
                places[Int(item)].append((Int32(user), Int32(place)))
            }
        }
        let reach = rules.map(\.reach).max() ?? 0
        var (forward, backward) = ([SIMD4<Float>.zero], [SIMD4<Float>.zero])
        for distance in 1..<max(1, reach + 1) {
            var counts = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            for (place, rule) in rules.enumerated() where distance <= rule.reach {
                let count = rule.fades ? 1 / Float(distance) : 1
                counts.0[place] = count
                if !rule.isDirected { counts.1[place] = count }
            }
            forward.append(counts.0)
            backward.append(counts.1)
        }
        (self.sequences, self.places, self.forward, self.backward) = (sequences, places, forward, backward)
        factors = users.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        isDirected = rules.enumerated().reduce(into: SIMD4<Float>.zero) {
            $0[$1.offset] = $1.element.isDirected ? 1 : 0
        }
    }

    /// Items there are.
    var itemCount: Int { places.count }

    /// Gives `body` some of the items, with the other items in ascending order and their sums under each rule, divided by the
    /// square roots of both items' numbers of users (cosine similarity, Sarwar et al., WWW 2001), those of directed rules by
    /// the earlier item's alone. No item is another one to itself. O(entries·reach).
    func forEach(_ items: Range<Int>, _ body: (_ item: Int, _ others: [Int32], _ weights: [SIMD4<Float>]) -> Void) {
        var sums = [SIMD4<Float>](repeating: .zero, count: itemCount)
        var touched = ItemSet(limit: itemCount)
        var others: [Int32] = []
        for item in items {
            func add(_ other: Int32, _ count: SIMD4<Float>) {
                guard Int(other) != item, count != .zero else { return }
                touched.insert(other)
                sums[Int(other)] += count
            }
            for (user, place) in places[item] {
                let sequence = sequences[Int(user)]
                let place = Int(place)
                for distance in 1..<max(1, min(forward.count, sequence.count - place)) {
                    add(sequence[place + distance], forward[distance])
                }
                for distance in 1..<max(1, min(backward.count, place + 1)) {
                    add(sequence[place - distance], backward[distance])
                }
            }
            touched.removeAll(into: &others)
            let weights = others.map { other in
                let divided = sums[Int(other)] * factors[item]
                sums[Int(other)] = .zero
                return isDirected * divided + (SIMD4(repeating: 1) - isDirected) * divided * factors[Int(other)]
            }
            body(item, others, weights)
        }
    }
}
