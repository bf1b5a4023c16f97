import Domain
import Models
import VectorIndex

extension ServedCatalogue {
    /// What recall gives some users, at most `limit` candidates each, with the ranker's inputs at that moment: as it is served.
    func candidates(for cases: [EvaluationCase], limit: Int) -> CandidateLists {
        let (users, results) = TwoTowerRecommender(self).candidates(for: cases, count: limit)
        let (dimensions, width) = (bundle.twoTower.dimensions, RankingFeature.count)
        var (offsets, items, scores, features) = ([0], [ItemNumber](), [Float](), [Float]())
        var (recall, inputs) = (LinkRecall(), RankingInputs())
        var candidates = LinkRecall.Candidates()
        var rows: [Float] = []
        for (place, question) in cases.enumerated() {
            let range = results.range(of: place)
            recall.fill(
                limit, found: results.items.span.extracting(range), scores: results.scores.span.extracting(range),
                user: question.state, vector: users.span.extracting((place * dimensions)..<((place + 1) * dimensions)),
                rules: LinkRecall.Rules(seen: question.state.seen) { isAlive[Int($0)] }, bundle: bundle,
                vectors: vectors, into: &candidates)
            rows = [Float](repeating: 0, count: candidates.items.count * width)
            var output = rows.mutableSpan
            inputs.write(
                candidates.items.span, scores: candidates.scores.span, for: question.state, bundle: bundle,
                vectors: vectors, facts: facts, statistics: question.statistics, into: &output)
            items += candidates.items
            scores += candidates.scores
            features += rows
            offsets.append(items.count)
        }
        return CandidateLists(
            dimensions: dimensions, users: users, offsets: offsets, items: items, scores: scores, features: features)
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
