import Domain
import Models

extension ServedRanker {
    /// Scores the candidates of one user of which some may be beyond `items`: a ranking may be a moment behind the recall
    /// that names them. Those count as the least of the others.
    func scoreKnown(
        userVector: Span<Float>, candidates: Span<ItemNumber>, features: Span<Float>, items: ItemVectors,
        into scores: inout MutableSpan<Float>, scratch: inout RankerScratch
    ) {
        if candidates.indices.allSatisfy({ Int(candidates[$0]) < items.count }) {
            let offsets = [0, candidates.count]
            score(
                userVectors: userVector, offsets: offsets.span, candidates: candidates, features: features,
                items: items, into: &scores, scratch: &scratch)
            return
        }
        let width = RankingFeature.count
        let known = candidates.indices.filter { Int(candidates[$0]) < items.count }
        let numbers = known.map { candidates[$0] }
        let rows = known.flatMap { place in (0..<width).map { features[place * width + $0] } }
        var values = [Float](repeating: 0, count: known.count)
        var output = values.mutableSpan
        let offsets = [0, known.count]
        score(
            userVectors: userVector, offsets: offsets.span, candidates: numbers.span, features: rows.span, items: items,
            into: &output, scratch: &scratch)
        let lowest = values.min() ?? 0
        for place in scores.indices { scores[place] = lowest }
        for (place, value) in zip(known, values) { scores[place] = value }
    }
}
