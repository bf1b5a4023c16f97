import Kernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Ranking of all items but the user's own training items, as the LightGCN paper measures it (He et al., SIGIR 2020,
/// §4.1): averages over the users with something to find.
public enum FullRanking {
    /// The figures.
    public struct Quality: Sendable, Equatable {
        /// Share of a user's test items among the first 20.
        public var recall = 0.0
        /// Σ 1/log₂(1 + place) over the hits among the first 20, over that of the best possible list.
        public var ndcg = 0.0
        /// Users who were asked about.
        public var users = 0
    }

    private static let cutoff = 20
    private static let block = 32

    /// Measures a scorer. O(users·items).
    public static func measure(_ scorer: some ItemScorer, on split: InteractionSplit, threads: Int) -> Quality {
        let results = Collected<Quality>(count: threads)
        Parallel.run(threads) { part in
            let range = Parallel.share(of: split.train.count, part: part, parts: threads)
            results.set(sums(scorer, split, range), at: part)
        }
        var quality = results.values.reduce(into: Quality()) {
            $0.recall += $1.recall
            $0.ndcg += $1.ndcg
            $0.users += $1.users
        }
        quality.recall /= Double(max(1, quality.users))
        quality.ndcg /= Double(max(1, quality.users))
        return quality
    }

    private static func sums(_ scorer: some ItemScorer, _ split: InteractionSplit, _ range: Range<Int>) -> Quality {
        let items = split.itemCount
        let scores = FloatBuffer(count: block * items)
        var best = TopK(k: cutoff)
        var sums = Quality()
        for start in stride(from: range.lowerBound, to: range.upperBound, by: block) {
            let users = start..<min(start + block, range.upperBound)
            guard users.contains(where: { !split.test[$0].isEmpty }) else { continue }
            unsafe scorer.score(users: users, into: scores.base)
            for user in users where !split.test[user].isEmpty {
                let row = unsafe scores.base + (user - start) * items
                for item in split.train[user] { unsafe row[Int(item)] = -.infinity }
                best.reset(k: cutoff)
                unsafe best.unsafeOffer(row, count: items, base: 0)
                best.finish()
                let wanted = Set(split.test[user])
                var (hits, gain, ideal) = (0, 0.0, 0.0)
                for place in 0..<best.count where wanted.contains(Int32(best.index(at: place))) {
                    hits += 1
                    gain += 1 / log2(Double(place) + 2)
                }
                for place in 0..<min(cutoff, wanted.count) { ideal += 1 / log2(Double(place) + 2) }
                sums.users += 1
                sums.recall += Double(hits) / Double(wanted.count)
                sums.ndcg += gain / ideal
            }
        }
        return sums
    }
}
