/// A ranking model, whatever it is made of.
protocol ListScorer {
    /// `teacher`, `student`, `pruned`, `int8`.
    var name: String { get }
    /// Numbers that were learned.
    var parameters: Int { get }
    /// Bytes of what it needs to score: parameters, and what it keeps of each item.
    var bytes: Int { get }
    /// The same as it lies in memory while it serves, with the memory that one thread works in for 200 candidates.
    var residentBytes: Int { get }

    /// Scores the candidates of one user: one value a candidate.
    func score(_ user: Int, of lists: CandidateLists, into scores: inout MutableSpan<Float>)
}

extension ListScorer {
    /// The scores of all candidates.
    func scores(of lists: CandidateLists) -> [Float] {
        var scores = [Float](repeating: 0, count: lists.items.count)
        var span = scores.mutableSpan
        for user in 0..<lists.count {
            var part = span._mutatingExtracting(lists.range(of: user))
            score(user, of: lists, into: &part)
        }
        return scores
    }
}

extension CandidateLists {
    /// The scores of all candidates, the users shared out to threads.
    ///
    /// - Parameter make: makes each thread's scorer.
    func scores(threads: Int, by make: @escaping @Sendable () -> any ListScorer) -> [Float] {
        let scores = FloatBuffer(count: items.count)
        Parallel.run(threads) { part in
            let scorer = make()
            for user in Parallel.share(of: count, part: part, parts: threads) {
                let range = range(of: user)
                var own = [Float](repeating: 0, count: range.count)
                var span = own.mutableSpan
                scorer.score(user, of: self, into: &span)
                for (place, score) in zip(range, own) { unsafe scores.base[place] = score }
            }
        }
        return scores.array
    }
}
