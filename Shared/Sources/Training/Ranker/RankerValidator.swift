import Domain
import Models
import Reranking

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Measures rankers on validation cases: the candidates that recall gives, in the ranker's order.
///
/// No ranker changes what a case counts whose item recall misses: such cases are counted, and their lists are not kept.
struct RankerValidator {
    private let asked: AnswerableLists

    /// Cases there are.
    var cases: Int { asked.questions }
    /// Users and candidates of the cases whose item is among the candidates.
    var lists: CandidateLists { asked.lists }
    /// For each of those the place of the item that was taken among all candidates.
    private var targets: [Int] { asked.targets }
    /// Cases whose item is among the candidates.
    var answerable: Int { targets.count }

    init(_ asked: AnswerableLists) { self.asked = asked }

    /// Asks a catalogue cases that come in batches.
    init(_ batches: some Sequence<[EvaluationCase]>, catalogue: ServedCatalogue, settings: RankerSettings) {
        asked = batches.reduce(into: AnswerableLists(dimensions: catalogue.bundle.twoTower.dimensions)) {
            $0.append(catalogue.answerable($1, limit: settings.candidates, threads: settings.threads))
        }
    }

    /// On some of the cases, given by their ascending places among all.
    func asking(_ places: [Int]) -> RankerValidator { RankerValidator(asked.asking(places)) }

    /// Figures of a ranker's order; empty without cases.
    func measure(_ ranker: some ListScorer) -> [String: Double] { figures(of: ranker.scores(of: lists)) }

    /// Figures of the order that scores of all candidates give; empty without cases.
    func figures(of scores: [Float]) -> [String: Double] {
        guard cases > 0 else { return [:] }
        let ranks = RankList(count: cases)
        for (place, rank) in self.ranks(of: scores).enumerated() { ranks.set(Int32(rank), at: place) }
        return ranks.figures
    }

    /// NDCG@20 of each case, those last whose item recall misses.
    func gains(of scores: [Float]) -> [Double] {
        let found = ranks(of: scores).map { $0 < 20 ? 1 / log2(Double($0) + 2) : 0 }
        return found + [Double](repeating: 0, count: cases - found.count)
    }

    /// NDCG@20 over all cases when scores are re-ranked for variety, as it is served.
    func gain(of scores: [Float], diversity: Float, vectors: ItemVectors, threads: Int) -> Double {
        let parts = Collected<Double>(count: threads)
        Parallel.run(threads) { part in
            var mmr = MMR()
            var (picks, sum) = ([Int](), 0.0)
            for place in Parallel.share(of: targets.count, part: part, parts: threads) {
                let range = lists.range(of: place)
                let rows = vectors.vectors.gather(lists.items.span.extracting(range))
                mmr.select(
                    count: 20, relevance: scores.span.extracting(range), vectors: rows.span,
                    dimensions: vectors.vectors.width, diversity: diversity, into: &picks)
                guard let rank = picks.firstIndex(of: targets[place] - range.lowerBound) else { continue }
                sum += 1 / log2(Double(rank) + 2)
            }
            parts.set(sum, at: part)
        }
        return parts.values.reduce(0, +) / Double(max(1, cases))
    }

    /// Of each answerable case, how many candidates are before the item that was taken; equal scores leave recall's order.
    private func ranks(of scores: [Float]) -> [Int] {
        targets.enumerated().map { place, target in
            lists.range(of: place).count {
                scores[$0] > scores[target] || scores[$0] == scores[target] && $0 < target
            }
        }
    }

    /// How well scores tell the item that was taken from the other candidates, over the cases that have it among them.
    func quality(of scores: [Float]) -> ClickQuality {
        var (logits, labels, groups): ([Float], [Float], [Int32]) = ([], [], [])
        for (place, target) in targets.enumerated() {
            let range = lists.range(of: place)
            logits += Self.logOdds(scores[range])
            labels += range.map { $0 == target ? 1 : 0 }
            groups += [Int32](repeating: Int32(place), count: range.count)
        }
        return ClickQuality(logits: logits, labels: labels, groups: groups)
    }

    /// The AUC of ``quality(of:)``, the same to the bit.
    ///
    /// Counts for each candidate that was not taken those that were taken and score above it, equal scores as one half
    /// (Mann & Whitney 1947). O(candidates·log cases), shared out to threads.
    func auc(of scores: [Float], threads: Int) -> Double {
        let parts = Collected<(taken: [Float], others: [Float])>(count: threads)
        Parallel.run(threads) { part in
            var (taken, others): ([Float], [Float]) = ([], [])
            for place in Parallel.share(of: targets.count, part: part, parts: threads) {
                let range = lists.range(of: place)
                for (candidate, logit) in zip(range, Self.logOdds(scores[range])) {
                    if candidate == targets[place] { taken.append(logit) } else { others.append(logit) }
                }
            }
            parts.set((taken, others), at: part)
        }
        let (others, taken) = (parts.values.map(\.others), parts.values.flatMap(\.taken).sorted())
        let number = others.reduce(0) { $0 + $1.count }
        guard number > 0, !taken.isEmpty else { return 0.5 }
        let wins = Collected<Int>(count: threads)
        Parallel.run(threads) { part in
            wins.set(others[part].reduce(0) { $0 + Self.halfWins(of: taken, against: $1) }, at: part)
        }
        return Double(wins.values.reduce(0, +)) / 2 / (Double(taken.count) * Double(number))
    }

    /// Twice how many of some ascending values are above a value, and once how many equal it.
    private static func halfWins(of values: [Float], against value: Float) -> Int {
        func count(_ isBelow: (Float) -> Bool) -> Int {
            var (low, high) = (0, values.count)
            while low < high {
                let middle = (low + high) / 2
                if isBelow(values[middle]) { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let below = count { $0 < value }
        let notAbove = below < values.count && values[below] == value ? count { $0 <= value } : below
        return 2 * (values.count - notAbove) + (notAbove - below)
    }

    /// ln(p/(1 - p)) of each score's share p of the softmax of all.
    private static func logOdds(_ scores: ArraySlice<Float>) -> [Float] {
        let highest = scores.max() ?? 0
        let powers = scores.map { exponential($0 - highest) }
        let total = powers.reduce(0, +)
        return zip(scores, powers).map { score, power in
            // Of the highest one, what the others leave; not less than rounding does.
            score - highest - logarithm(max(total - power, 1e-7 * total))
        }
    }
}
