import Domain
import Models
import VectorIndex

extension ServedCatalogue {
    /// What recall gives some users, at most `limit` candidates each, with the ranker's inputs at that moment: as it is served.
    func candidates(for cases: [EvaluationCase], limit: Int) -> CandidateLists {
        let (users, results) = TwoTowerRecommender(self).candidates(for: cases, count: limit)
        return lists(of: Array(cases.indices), among: cases, users, results)
    }

    /// The same for those of the cases whose item is among the candidates.
    func answerable(_ cases: [EvaluationCase], limit: Int) -> AnswerableLists {
        let (users, results) = TwoTowerRecommender(self).candidates(for: cases, count: limit)
        let found = cases.indices.compactMap { place in
            let range = results.range(of: place)
            return results.items[range].firstIndex(of: cases[place].target).map {
                (place: place, rank: $0 - range.lowerBound)
            }
        }
        let lists = lists(of: found.map(\.place), among: cases, users, results)
        return AnswerableLists(
            questions: cases.count, places: found.map(\.place), lists: lists,
            targets: found.enumerated().map { lists.range(of: $0).lowerBound + $1.rank })
    }

    /// The same, the cases shared out to threads.
    func answerable(_ cases: [EvaluationCase], limit: Int, threads: Int) -> AnswerableLists {
        let parts = Collected<AnswerableLists>(count: threads)
        Parallel.run(threads) { part in
            let own = cases[Parallel.share(of: cases.count, part: part, parts: threads)]
            parts.set(answerable(Array(own), limit: limit), at: part)
        }
        return parts.values.reduce(into: AnswerableLists(dimensions: bundle.twoTower.dimensions)) { $0.append($1) }
    }

    /// What recall gave some of the cases, with the ranker's inputs.
    private func lists(
        of places: [Int], among cases: [EvaluationCase], _ users: [Float], _ results: SearchResults
    ) -> CandidateLists {
        let (width, dimensions) = (RankingFeature.count, bundle.twoTower.dimensions)
        let ranges = places.map { results.range(of: $0) }
        let offsets = ranges.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        var features = [Float](repeating: 0, count: offsets[places.count] * width)
        var output = features.mutableSpan
        var inputs = RankingInputs()
        for (list, place) in places.enumerated() {
            var rows = output._mutatingExtracting((offsets[list] * width)..<(offsets[list + 1] * width))
            inputs.write(
                results.items.span.extracting(ranges[list]), scores: results.scores.span.extracting(ranges[list]),
                for: cases[place].state, bundle: bundle, vectors: vectors, facts: facts,
                statistics: cases[place].statistics, into: &rows)
        }
        return CandidateLists(
            dimensions: dimensions,
            users: places.flatMap { users[($0 * dimensions)..<(($0 + 1) * dimensions)] }, offsets: offsets,
            items: ranges.flatMap { results.items[$0] }, scores: ranges.flatMap { results.scores[$0] },
            features: features)
    }
}
