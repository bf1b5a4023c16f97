public import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What an evaluation's averages hide: quality by how much is known of the user, and by how popular the asked item is; and
/// on which items the recommendations fall.
public final class QualitySegments: EvaluationObserver {
    /// The cases of a segment, and what each recommender's lists were worth there.
    public struct Segment: Sendable, Equatable {
        /// What cases have in common.
        public let name: String
        public let cases: Int
        /// By recommender, averages over the cases: NDCG@20 and the share of targets among the first 20.
        public let ndcgAt20: [Double]
        public let recallAt20: [Double]
    }

    /// On which items a recommender's lists fall.
    public struct Exposure: Sendable, Equatable {
        /// Share of the recommendations that fall on each of ``QualitySegments/groupNames``.
        public let shares: [Double]
        /// Mean number of training users of a recommended item (Yin et al., VLDB 2012).
        public let meanPopularity: Double
        /// Gini coefficient of how often items are recommended: 0 when all are alike, 1 when one has everything.
        public let gini: Double
    }

    private struct Sums {
        var cases = 0
        var gains: [Double]
        var hits: [Double]
    }

    /// Groups of items by popularity, the most popular first, by their share of all items.
    public static var groupNames: [String] { PopularityGroups.names }

    /// Items that the user has taken before, up to which each segment goes.
    private static let lengths = [0, 4, 9, 19, 49, 99, Int.max]
    private static let lengthNames = ["0", "1–4", "5–9", "10–19", "20–49", "50–99", "100+"]

    private let groups: PopularityGroups
    private let recommendable: [Bool]
    private var byLength: [Sums]
    private var byPopularity: [Sums]
    /// By recommender, how often each item was recommended.
    private var exposures: [[Int]]

    /// For an evaluation of so many recommenders.
    public init(corpus: Corpus, split: Split, recommenders: Int) {
        groups = PopularityGroups(corpus: corpus, split: split)
        recommendable = corpus.items.map { !$0.isHidden }
        let nothing = Sums(
            gains: [Double](repeating: 0, count: recommenders), hits: [Double](repeating: 0, count: recommenders))
        byLength = [Sums](repeating: nothing, count: Self.lengths.count)
        byPopularity = [Sums](repeating: nothing, count: PopularityGroups.names.count)
        exposures = [[Int]](repeating: [Int](repeating: 0, count: corpus.items.count), count: recommenders)
    }

    public func note(_ list: [ItemNumber], of model: Int, for question: EvaluationCase) {
        let list = list.prefix(20)
        for item in list { exposures[model][Int(item)] += 1 }
        let length = Self.lengths.firstIndex { question.liked.count <= $0 } ?? 0
        let place = list.firstIndex(of: question.target)
        Self.add(place, of: model, to: &byLength[length])
        Self.add(place, of: model, to: &byPopularity[groups.group[Int(question.target)]])
    }

    private static func add(_ place: Int?, of model: Int, to sums: inout Sums) {
        if model == 0 { sums.cases += 1 }
        guard let place else { return }
        sums.gains[model] += 1 / log2(Double(place) + 2)
        sums.hits[model] += 1
    }

    private static func segments(_ sums: [Sums], _ names: [String]) -> [Segment] {
        zip(sums, names).filter { $0.0.cases > 0 }.map { sums, name in
            Segment(
                name: name, cases: sums.cases, ndcgAt20: sums.gains.map { $0 / Double(sums.cases) },
                recallAt20: sums.hits.map { $0 / Double(sums.cases) })
        }
    }

    /// By how many different items the user had taken before; segments without cases are left out.
    public var byHistory: [Segment] { Self.segments(byLength, Self.lengthNames) }

    /// By the popularity of the asked item.
    public var byItemPopularity: [Segment] { Self.segments(byPopularity, PopularityGroups.names) }

    /// Share of the training part's positive pairs that fall on each group.
    public var trainingShares: [Double] { shares(of: groups.counts) }

    /// By recommender. O(items · log items).
    public var exposure: [Exposure] {
        exposures.map { counts in
            let total = Double(max(1, counts.reduce(0, +)))
            let popularity = zip(counts, groups.counts).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            return Exposure(shares: shares(of: counts), meanPopularity: popularity / total, gini: gini(of: counts))
        }
    }

    private func shares(of counts: [Int]) -> [Double] {
        var sums = [Double](repeating: 0, count: PopularityGroups.names.count)
        for (item, count) in counts.enumerated() { sums[groups.group[item]] += Double(count) }
        let total = max(1, sums.reduce(0, +))
        return sums.map { $0 / total }
    }

    private func gini(of counts: [Int]) -> Double {
        let sorted = counts.indices.filter { recommendable[$0] }.map { Double(counts[$0]) }.sorted()
        let total = sorted.reduce(0, +)
        guard total > 0, sorted.count > 1 else { return 0 }
        let weighted = sorted.enumerated().reduce(0.0) { $0 + Double(2 * $1.offset + 1 - sorted.count) * $1.element }
        return weighted / (Double(sorted.count) * total)
    }
}
