import Domain
import Models
import VectorIndex

extension ServedCatalogue {
    /// What recall gives some users, at most `limit` candidates each, with the ranker's inputs at that moment: as it is served.
    func candidates(for cases: [EvaluationCase], limit: Int) -> CandidateLists {
        let (users, results) = TwoTowerRecommender(self).candidates(for: cases, count: limit)
        let width = RankingFeature.count
        var (offsets, items, scores, features) = ([0], [ItemNumber](), [Float](), [Float]())
        var inputs = RankingInputs()
        var rows: [Float] = []
        for (place, question) in cases.enumerated() {
            let range = results.range(of: place)
            rows = [Float](repeating: 0, count: range.count * width)
            var output = rows.mutableSpan
            inputs.write(
                results.items.span.extracting(range), scores: results.scores.span.extracting(range),
                for: question.state, bundle: bundle, vectors: vectors, facts: facts, statistics: question.statistics,
                into: &output)
            items += results.items[range]
            scores += results.scores[range]
            features += rows
            offsets.append(items.count)
        }
        return CandidateLists(
            dimensions: bundle.twoTower.dimensions, users: users, offsets: offsets, items: items, scores: scores,
            features: features)
    }

    /// The same, the users shared out to threads.
    func candidates(for cases: [EvaluationCase], limit: Int, threads: Int) -> CandidateLists {
        let parts = Collected<CandidateLists>(count: threads)
        Parallel.run(threads) { part in
            let own = cases[Parallel.share(of: cases.count, part: part, parts: threads)]
            parts.set(candidates(for: Array(own), limit: limit), at: part)
        }
        return CandidateLists(bundle.twoTower.dimensions, joining: parts.values)
    }
}
