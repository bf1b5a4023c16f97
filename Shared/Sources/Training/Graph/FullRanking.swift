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

        /// Adds a user who was to find `wanted` items: which places of the list are hits.
        mutating func add(_ hits: some Sequence<Bool>, of wanted: Int) {
            var (found, gain, ideal) = (0, 0.0, 0.0)
            for (place, isHit) in hits.enumerated() where isHit {
                found += 1
                gain += 1 / log2(Double(place) + 2)
            }
            for place in 0..<min(cutoff, wanted) { ideal += 1 / log2(Double(place) + 2) }
            recall += Double(found) / Double(wanted)
            ndcg += gain / ideal
            users += 1
        }

        /// Averages of what was added.
        func averaged() -> Quality {
            let count = Double(max(1, users))
            return Quality(recall: recall / count, ndcg: ndcg / count, users: users)
        }
    }

    static let cutoff = 20
    private static let block = 32

    /// Measures a scorer. O(users·items).
    public static func measure(_ scorer: some ItemScorer, on split: InteractionSplit, threads: Int) -> Quality {
        measure(weights: [[1]], of: [scorer], on: split, threads: threads)[0]
    }

    /// Measures several mixtures of the same scorers, see ``MixedScorer``: each scorer is asked once.
    /// O(users·items·(scorers + weights·scorers)).
    ///
    /// - Parameter weights: for each mixture a weight for each scorer.
    public static func measure(
        weights: [[Float]], of scorers: [any ItemScorer], on split: InteractionSplit, threads: Int
    ) -> [Quality] {
        precondition(weights.allSatisfy { $0.count == scorers.count }, "a mixture has a weight for each scorer")
        let asked = split.test.indices.filter { !split.test[$0].isEmpty }
        let results = Collected<[Quality]>(count: threads)
        Parallel.run(threads) { part in
            let users = Array(asked[Parallel.share(of: asked.count, part: part, parts: threads)])
            results.set(sums(weights, scorers, split, users), at: part)
        }
        return weights.indices.map { mixture in
            var quality = Quality()
            for part in results.values {
                quality.recall += part[mixture].recall
                quality.ndcg += part[mixture].ndcg
                quality.users += part[mixture].users
            }
            return quality.averaged()
        }
    }

    private static func sums(
        _ weights: [[Float]], _ scorers: [any ItemScorer], _ split: InteractionSplit, _ users: [Int]
    ) -> [Quality] {
        let items = split.itemCount
        let scores = scorers.map { _ in FloatBuffer(count: block * items) }
        let mixed = FloatBuffer(count: items)
        var best = TopK(k: cutoff)
        var sums = [Quality](repeating: Quality(), count: weights.count)
        for start in stride(from: 0, to: users.count, by: block) {
            let asked = Array(users[start..<min(start + block, users.count)])
            for (scorer, buffer) in zip(scorers, scores) { unsafe scorer.score(asked, into: buffer.base) }
            for (place, user) in asked.enumerated() {
                let rows = unsafe scores.map { unsafe $0.base + place * items }
                let scales = unsafe rows.map { unsafe MixedScorer.inverseDeviation($0, count: items) }
                let wanted = Set(split.test[user])
                for (mixture, weights) in weights.enumerated() {
                    mixed.clear()
                    for (part, weight) in weights.enumerated() where weight != 0 {
                        unsafe Kernels.unsafeAxpy(weight * scales[part], rows[part], into: mixed.base, count: items)
                    }
                    for item in split.train[user] { unsafe mixed.base[Int(item)] = -.infinity }
                    best.reset(k: cutoff)
                    unsafe best.unsafeOffer(mixed.base, count: items, base: 0)
                    best.finish()
                    let places = 0..<best.count
                    sums[mixture].add(places.map { wanted.contains(Int32(best.index(at: $0))) }, of: wanted.count)
                }
            }
        }
        return sums
    }
}
