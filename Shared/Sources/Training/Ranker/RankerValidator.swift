import Domain
import Models

/// Measures rankers on validation cases: the candidates that recall gives, in the ranker's order.
struct RankerValidator {
    /// The validation cases' users and candidates.
    let lists: CandidateLists
    /// For each case the place of the item that was taken among all candidates; nil where recall misses it.
    private let targets: [Int?]

    /// Cases there are, and those whose item is among the candidates.
    var cases: Int { targets.count }
    var answerable: Int { targets.count { $0 != nil } }

    /// Questions that are known.
    init(lists: CandidateLists, targets: [Int?]) {
        precondition(lists.count == targets.count, "a target for each list")
        (self.lists, self.targets) = (lists, targets)
    }

    init(_ data: TrainingData, catalogue: ServedCatalogue, settings: RankerSettings) {
        let cases = data.validation
        let lists = catalogue.candidates(for: cases, limit: settings.candidates)
        self.lists = lists
        targets = cases.indices.map { place in
            lists.range(of: place).first { lists.items[$0] == cases[place].target }
        }
    }

    /// Figures of a ranker's order; empty without cases.
    func measure(_ ranker: some ListScorer) -> [String: Double] { figures(of: ranker.scores(of: lists)) }

    /// Figures of the order that scores of all candidates give; empty without cases.
    func figures(of scores: [Float]) -> [String: Double] {
        guard !targets.isEmpty else { return [:] }
        let ranks = RankList(count: targets.count)
        for (place, target) in targets.enumerated() {
            guard let target else { continue }
            ranks.set(Int32(lists.range(of: place).count { scores[$0] > scores[target] }), at: place)
        }
        return ranks.figures
    }

    /// How well scores tell the item that was taken from the other candidates, over the cases that have it among them.
    func quality(of scores: [Float]) -> ClickQuality {
        var (logits, labels, groups): ([Float], [Float], [Int32]) = ([], [], [])
        for (place, target) in targets.enumerated() {
            guard let target else { continue }
            let range = lists.range(of: place)
            logits += Self.logOdds(scores[range])
            labels += range.map { $0 == target ? 1 : 0 }
            groups += [Int32](repeating: Int32(place), count: range.count)
        }
        return ClickQuality(logits: logits, labels: labels, groups: groups)
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
