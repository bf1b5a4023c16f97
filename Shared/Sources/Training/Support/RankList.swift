#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Places of targets in rankings, from 0, which several threads fill in, each at indices of its own.
final class RankList: @unchecked Sendable {
    // Threads write disjoint indices; read after they have joined.
    private let ranks: FloatBuffer

    /// Targets that were not found yet.
    init(count: Int) {
        ranks = FloatBuffer(count: count)
        for place in 0..<count { unsafe ranks.base[place] = .infinity }
    }

    /// Notes a place.
    func set(_ rank: Int32, at index: Int) { unsafe ranks.base[index] = Float(rank) }

    /// Averages over all targets.
    var figures: [String: Double] {
        var figures = ["hr@10": 0.0, "ndcg@10": 0.0, "recall@20": 0.0, "ndcg@20": 0.0, "recall@200": 0.0]
        let share = 1 / Double(max(1, ranks.count))
        for place in 0..<ranks.count {
            let rank = unsafe ranks.base[place]
            if rank < 200 { figures["recall@200", default: 0] += share }
            guard rank < 20 else { continue }
            let gain = share / log2(Double(rank) + 2)
            figures["recall@20", default: 0] += share
            figures["ndcg@20", default: 0] += gain
            guard rank < 10 else { continue }
            figures["hr@10", default: 0] += share
            figures["ndcg@10", default: 0] += gain
        }
        return figures
    }
}
