import Contracts

extension CandidateBatch {
    /// Scores by which the candidates keep recall's order: recall's own where they fall from the first candidate of a query
    /// to its last, else falling evenly from 1 to 0.
    var orderedScores: [Float] {
        var ordered = scores
        for query in 0..<count {
            let range = range(of: query)
            let falls = range.dropFirst().allSatisfy { scores[$0 - 1] >= scores[$0] }
            guard !falls else { continue }
            for index in range { ordered[index] = 1 - Float(index - range.lowerBound) / Float(range.count) }
        }
        return ordered
    }

    /// The best candidates of each query by some scores, in their order; equal ones in recall's.
    func best(by scores: [Float], for requests: [RecommendRequest]) -> Arrangement {
        var arrangement = Arrangement()
        for (query, request) in requests.enumerated() {
            let order = range(of: query).sorted { (scores[$0], $1) > (scores[$1], $0) }
            arrangement.chosen += order.prefix(request.count)
            arrangement.offsets.append(arrangement.chosen.count)
        }
        return arrangement
    }
}
