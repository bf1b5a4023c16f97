import Kernels

/// Clusters rows by Lloyd's algorithm on the int8 kernels, on a sample of them, from a random start.
///
/// A random start leaves some clusters of the data together in one list and others cut in several. So between the first
/// rounds lists whose removal costs least are moved to where rows are farthest from their centroid (the idea of
/// Fritzke's LBG-U, Neural Processing Letters 5, 1997; costs after Ward, JASA 58, 1963).
struct KMeans {
    let lists: Int
    let seed: UInt64

    /// Rows of the sample a list: few while lists move about, then more.
    private static let coarseSample = 20
    private static let fineSample = 48
    private static let movingRounds = 9
    private static let settlingRounds = 1
    private static let fineRounds = 2
    /// The largest part of the lists that moves in one round.
    private static let movingPart = 12

    /// Centroids of some of the rows: means, not of length one. At most `lists`, fewer when there are fewer rows; at least
    /// one. O(lists² · dimensions), the constant being the size of the samples and the number of rounds.
    func run(_ rows: QuantisedRows, _ places: [Int]) -> Centroids {
        var random = SeededRandom(seed: seed)
        let lists = max(1, min(self.lists, places.count))
        var centroids = Centroids(dimensions: rows.dimensions)
        guard places.count > 0 else {
            centroids.set(Array(repeating: 0, count: centroids.stride))
            return centroids
        }
        let fine = random.sample(Self.fineSample * lists, of: places.count).map { places[$0] }
        let coarse = random.sample(Self.coarseSample * lists, of: fine.count).map { fine[$0] }
        let start = random.sample(lists, of: coarse.count).map { coarse[$0] }
        centroids.set(Self.vectors(rows, start, stride: centroids.stride))
        for _ in 0..<Self.movingRounds { step(rows, coarse, &centroids, moving: &random) }
        for _ in 0..<Self.settlingRounds { step(rows, coarse, &centroids) }
        for _ in 0..<Self.fineRounds { step(rows, fine, &centroids) }
        return centroids
    }

    private func step(_ rows: QuantisedRows, _ sample: [Int], _ centroids: inout Centroids) {
        centroids.set(Self.round(rows, sample, centroids).means)
    }

    private func step(
        _ rows: QuantisedRows, _ sample: [Int], _ centroids: inout Centroids, moving random: inout SeededRandom
    ) {
        let round = Self.round(rows, sample, centroids)
        var means = round.means
        move(rows, sample, centroids, round, &means, &random)
        centroids.set(means)
    }

    /// What one assignment gave.
    private struct Round {
        var nearest: [UInt32] = []
        var sizes: [Int] = []
        /// Sums of squared distances to the centroid.
        var errors: [Float] = []
        var means: [Float] = []
    }

    private static func round(_ rows: QuantisedRows, _ sample: [Int], _ centroids: Centroids) -> Round {
        var round = Round()
        var scores: [Float] = []
        centroids.assign(rows, sample, nearest: &round.nearest, scores: &scores)
        let stride = centroids.stride
        round.sizes = Array(repeating: 0, count: centroids.count)
        round.errors = Array(repeating: 0, count: centroids.count)
        round.means = Array(repeating: 0, count: centroids.count * stride)
        unsafe round.means.withUnsafeMutableBufferPointer { means in
            unsafe rows.values.withUnsafeBufferPointer { values in
                for (i, row) in sample.enumerated() {
                    let list = Int(round.nearest[i])
                    let scale = rows.scales[row]
                    var square: Int32 = 0
                    for d in 0..<stride {
                        let value = unsafe values[row * stride + d]
                        unsafe means[list * stride + d] += Float(value) * scale
                        square += Int32(value) * Int32(value)
                    }
                    round.sizes[list] += 1
                    round.errors[list] += max(0, Float(square) * scale * scale - 2 * scores[i])
                }
            }
            for list in 0..<centroids.count {
                let size = round.sizes[list]
                let factor = size > 0 ? 1 / Float(size) : 0
                for d in list * stride..<(list + 1) * stride {
                    unsafe means[d] = size > 0 ? means[d] * factor : centroids.vectors[d]
                }
            }
        }
        return round
    }

    /// Gives lists that are worth little to rows that are served badly.
    private func move(
        _ rows: QuantisedRows, _ sample: [Int], _ centroids: Centroids, _ round: Round, _ means: inout [Float],
        _ random: inout SeededRandom
    ) {
        let count = centroids.count
        guard count > 1 else { return }
        let neighbours = centroids.neighbours()
        // What the error grows by when a list's rows go to its neighbour, and about what a list of its own would save.
        let costs = (0..<count).map { list in
            let size = Float(round.sizes[list])
            let other = Float(round.sizes[neighbours[list].list])
            return size == 0 ? 0 : neighbours[list].distance * size * other / (size + other)
        }
        let typical = (0..<count).filter { round.sizes[$0] > 0 }.map { round.errors[$0] / Float(round.sizes[$0]) }
            .sorted()
        let median = typical[typical.count / 2]
        let savings = (0..<count).map { max(0, round.errors[$0] - median * Float(round.sizes[$0])) / 2 }
        let most = max(1, count / Self.movingPart)
        let cheap = (0..<count).sorted { (costs[$0], $0) < (costs[$1], $1) }.prefix(most)
        let costly = (0..<count).sorted { (-savings[$0], $0) < (-savings[$1], $1) }.prefix(most)
        var members = [Int: [Int]]()
        for list in costly { members[list] = [] }
        for (i, row) in sample.enumerated() { members[Int(round.nearest[i])]?.append(row) }
        var touched = Set<Int>()
        for (from, to) in zip(cheap, costly) {
            guard costs[from] < savings[to] else { break }
            guard from != to, !touched.contains(from), !touched.contains(to), !touched.contains(neighbours[from].list),
                let rowsOfList = members[to], let row = rowsOfList.randomElement(using: &random)
            else { continue }
            touched.formUnion([from, to, neighbours[from].list])
            let stride = centroids.stride
            for d in 0..<stride { means[from * stride + d] = Float(rows.values[row * stride + d]) * rows.scales[row] }
        }
    }

    private static func vectors(_ rows: QuantisedRows, _ places: [Int], stride: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(places.count * stride)
        for row in places {
            for d in 0..<stride { result.append(Float(rows.values[row * stride + d]) * rows.scales[row]) }
        }
        return result
    }
}
