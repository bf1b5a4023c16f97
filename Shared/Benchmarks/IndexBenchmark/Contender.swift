import VectorIndex

/// An index with the time that it took to build, ready to be measured.
struct Contender {
    let name: String
    let index: any VectorIndex
    /// The recall that it is asked for; nil for an exact one that was not asked.
    let target: Double?
    let buildSeconds: Double

    /// The exact index.
    static func flat(_ problem: Problem) -> Contender {
        let timer = Timer()
        let index = FlatIndex(
            dimensions: problem.dimensions, count: problem.count, vectors: problem.vectors.span)
        return Contender(name: "flat", index: index, target: nil, buildSeconds: timer.elapsed.processor)
    }

    /// The index that fits a recall, by the library's own choice.
    static func automatic(_ problem: Problem, recall: Double) -> Contender {
        let timer = Timer()
        let index = IndexBuilder(recall: recall).build(
            dimensions: problem.dimensions, count: problem.count, vectors: problem.vectors.span,
            queries: problem.samples.isEmpty ? nil : problem.samples.span)
        return Contender(
            name: index is IVFIndex ? "ivf" : "flat", index: index, target: recall,
            buildSeconds: timer.elapsed.processor)
    }

    /// The same for another recall, without building again.
    func asked(for recall: Double) -> Contender {
        let other = (index as? IVFIndex)?.withRecall(recall) ?? index
        return Contender(name: name, index: other, target: recall, buildSeconds: buildSeconds)
    }

    /// Measures searches of all queries, `batch` at a time: the median of `rounds`.
    func measure(_ problem: Problem, k: Int, batch: Int, rounds: Int) -> Row {
        let scratch = SearchScratch()
        var results = SearchResults()
        var found: [[UInt32]] = []
        pass(problem, k, batch, scratch, &results) { results in
            for query in 0..<results.queries { found.append(Array(results.items[results.range(of: query)])) }
        }
        let lists = index as? IVFIndex
        let times = (0..<rounds).map { _ in time(problem, k, batch, scratch, &results) }
        return Row(
            index: name, lists: lists?.lists, probes: lists?.probes(k: k), target: target, n: problem.count,
            dim: problem.dimensions, k: k, batch: batch,
            recall: problem.recall(k, found: found), qps: 1 / Self.median(times.map(\.processor)),
            qpsWall: 1 / Self.median(times.map(\.wall)), buildSeconds: buildSeconds, bytes: index.memory)
    }

    /// Seconds a query over as many passes as fill a tenth of a second, after one that warms up.
    private func time(
        _ problem: Problem, _ k: Int, _ batch: Int, _ scratch: SearchScratch, _ results: inout SearchResults
    ) -> Timer.Seconds {
        pass(problem, k, batch, scratch, &results) { _ in }
        let timer = Timer()
        var passes = 0.0
        repeat {
            pass(problem, k, batch, scratch, &results) { _ in }
            passes += 1
        } while timer.elapsed.processor < 0.1
        let total = timer.elapsed
        let searches = passes * Double(problem.queryCount)
        return Timer.Seconds(processor: total.processor / searches, wall: total.wall / searches)
    }

    private func pass(
        _ problem: Problem, _ k: Int, _ batch: Int, _ scratch: SearchScratch, _ results: inout SearchResults,
        each: (SearchResults) -> Void
    ) {
        var first = 0
        while first < problem.queryCount {
            let count = min(batch, problem.queryCount - first)
            let rows = first * problem.dimensions..<(first + count) * problem.dimensions
            index.search(
                queries: problem.queries.span.extracting(rows), count: count, k: k, scratch: scratch,
                results: &results)
            each(results)
            first += count
        }
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}
