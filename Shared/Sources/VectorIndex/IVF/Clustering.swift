import Kernels

/// Rows divided into lists.
struct Clustering {
    /// The rows of each list, rising. No list is empty, unless there are no rows.
    private(set) var members: [[Int]] = []
    /// A centroid for each list, the mean of its rows: `stride` values.
    private(set) var means: [Float] = []
    let stride: Int

    /// Lists hold at most this many times what they hold on average; larger ones are divided.
    private static let mostOfMean = 4

    /// About `lists` lists of all rows. The same for the same seed. O(rows · lists · dimensions).
    init(_ rows: QuantisedRows, lists: Int, seed: UInt64) {
        stride = rows.stride
        let all = Array(0..<rows.count)
        let centroids = KMeans(lists: lists, seed: seed).run(rows, all)
        let mean = max(1, rows.count / max(1, centroids.count))
        for list in Self.divide(rows, all, centroids) where !list.isEmpty {
            members.append(contentsOf: Self.parts(rows, list, limit: Self.mostOfMean * mean, mean: mean, seed: seed))
        }
        if members.isEmpty { members = [[]] }
        for list in members { means.append(contentsOf: Self.mean(rows, list)) }
        arrange()
    }

    private static func divide(_ rows: QuantisedRows, _ places: [Int], _ centroids: Centroids) -> [[Int]] {
        var nearest: [UInt32] = []
        var scores: [Float] = []
        centroids.assign(rows, places, nearest: &nearest, scores: &scores)
        var lists = [[Int]](repeating: [], count: centroids.count)
        for (i, row) in places.enumerated() { lists[Int(nearest[i])].append(row) }
        return lists
    }

    /// A list in parts that are not above the limit: by clustering, and where that does not part it, as when all its vectors
    /// are one, by number.
    private static func parts(_ rows: QuantisedRows, _ list: [Int], limit: Int, mean: Int, seed: UInt64) -> [[Int]] {
        guard list.count > limit else { return [list] }
        let centroids = KMeans(lists: (list.count + mean - 1) / mean, seed: seed).run(rows, list)
        return divide(rows, list, centroids).filter { !$0.isEmpty }.flatMap { part in
            guard part.count > limit else { return [part] }
            let pieces = (part.count + mean - 1) / mean
            return (0..<pieces).map { Array(part[$0 * part.count / pieces..<($0 + 1) * part.count / pieces]) }
        }
    }

    private static func mean(_ rows: QuantisedRows, _ list: [Int]) -> [Float] {
        var sum = [Float](repeating: 0, count: rows.stride)
        for row in list {
            let scale = rows.scales[row]
            for d in 0..<rows.stride { sum[d] += Float(rows.values[row * rows.stride + d]) * scale }
        }
        let factor = 1 / Float(max(1, list.count))
        for d in sum.indices { sum[d] *= factor }
        return sum
    }

    /// Puts the lists into an order in which neighbours in number are near each other: they are often searched together, and
    /// the rows of two that share a block are worth scoring for both.
    private mutating func arrange() {
        var centroids = Centroids(dimensions: stride)
        centroids.set(means)
        let order = centroids.path()
        members = order.map { members[$0] }
        means = order.flatMap { means[$0 * stride..<($0 + 1) * stride] }
    }
}
