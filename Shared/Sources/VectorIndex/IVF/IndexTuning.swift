import Kernels

/// Measures how many lists a search needs for each recall of a ``RecallTable``, on queries whose true best are found by scanning
/// everything.
///
/// A search that looks at p lists returns the k best int8 scores among the rows of these lists. So for each query the rows
/// are sorted by int8 score once, each with its list's rank in the query's order of lists and with its rank by the true score;
/// what any p finds for any k is then read from that, without a search; where a search scores its best candidates once more,
/// so does this.
struct IndexTuning {
    let rows: QuantisedRows
    let base: IVFLists
    let seed: UInt64
    /// Queries that are measured at most: each takes a scan of everything, in float.
    let queries: Int

    /// Rows of int8 scores beyond the largest number of results: a recall of .8 without any of the lists that hold the best
    /// needs so many.
    private static let reach = 1_400
    /// The mean of the sample may be above that of all queries: so many of its standard deviations are taken off.
    private static let margin = 1.65

    /// The table. Items take the place of queries when there are none, and are left out of their own results.
    ///
    /// - Parameters:
    ///   - vectors: by number; nil to measure against the stored vectors.
    ///   - queries: row by row.
    func measure(vectors: Span<Float>?, queries: Span<Float>?) -> RecallTable {
        let lists = base.layout.lists
        guard lists > 1 else { return RecallTable(lists: Array(repeating: 1, count: Self.cells)) }
        let sample = TuningQueries(rows: rows, vectors: vectors, queries: queries, most: self.queries, seed: seed)
        guard sample.count > 0 else { return RecallTable(lists: Array(repeating: UInt32(lists), count: Self.cells)) }
        var found = FoundParts(lists: lists)
        var truth = TruthScan(rows: rows, vectors: vectors)
        let deepest = RecallTable.sizes[RecallTable.sizes.count - 1]
        let everything = IVFIndex(
            base: base, table: RecallTable(lists: Array(repeating: 0, count: Self.cells)), recall: 1, seed: seed)
        let scratch = SearchScratch()
        var results = SearchResults()
        let (listOfNumber, rowOfNumber) = placesOfNumbers()
        var scores = [Float](repeating: 0, count: Self.reach)
        var places = [Int](repeating: .max, count: base.count)
        var start = 0
        while start < sample.count {
            let batch = min(SearchScratch.batch * 8, sample.count - start)
            let range = start * rows.dimensions..<(start + batch) * rows.dimensions
            let vectors = sample.vectors.span.extracting(range)
            let best = truth.best(of: vectors, count: batch, k: deepest, without: sample.places[start..<start + batch])
            everything.search(
                queries: vectors, count: batch, k: Self.reach,
                excluding: sample.numbers[start..<start + batch].map { $0 },
                allowed: [], deadline: nil, scratch: scratch, results: &results)
            for q in 0..<batch {
                let ranks = listRanks(of: vectors.extracting(q * rows.dimensions..<(q + 1) * rows.dimensions), scratch)
                for (place, item) in best[q].enumerated() { places[Int(item)] = place }
                let items = results.items[results.range(of: q)]
                let query = vectors.extracting(q * rows.dimensions..<(q + 1) * rows.dimensions)
                rescore(items.map { rowOfNumber[Int($0)] }, query, into: &scores)
                found.add(
                    ranks: items.map { ranks[Int(listOfNumber[Int($0)])] }, places: items.map { places[Int($0)] },
                    seconds: Self.places(of: scores.span.extracting(0..<items.count)), best: best[q].count)
                for item in best[q] { places[Int(item)] = .max }
            }
            start += batch
        }
        return found.table(margin: Self.margin)
    }

    private static let cells = RecallTable.recalls.count * RecallTable.sizes.count

    /// The list and the row that each number is in.
    private func placesOfNumbers() -> (lists: [UInt32], rows: [UInt32]) {
        var lists = [UInt32](repeating: 0, count: base.count)
        var rows = lists
        for list in 0..<base.layout.lists {
            for row in base.range(of: list) {
                let number = unsafe Int(base.numbers[row])
                lists[number] = UInt32(list)
                rows[number] = UInt32(row)
            }
        }
        return (lists, rows)
    }

    /// Scores of rows by a query as it is.
    private func rescore(_ numbers: [UInt32], _ query: Span<Float>, into scores: inout [Float]) {
        var padded = [Float](repeating: 0, count: base.layout.paddedDimensions)
        for d in query.indices { padded[d] = query[d].isFinite ? query[d] : 0 }
        unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe padded.withUnsafeBufferPointer { query in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    guard let query = query.baseAddress, let scores = scores.baseAddress else { return }
                    unsafe Kernels.unsafeDotRows(
                        numbers, dimensions: base.layout.paddedDimensions, rows: base.rows, rowScales: base.scales,
                        biases: base.biases.map { unsafe UnsafePointer($0) }, query: query, scores: scores)
                }
            }
        }
    }

    /// The place of each score, the highest's being 0, equal ones in order.
    private static func places(of scores: Span<Float>) -> [Int] {
        var order = TopK(k: scores.count)
        order.offer(scores, base: 0)
        order.finish()
        var places = Array(scores.indices)
        for place in 0..<order.count { places[Int(order.index(at: place))] = place }
        return places
    }

    /// The rank of each list in the order in which a query looks at them.
    private func listRanks(of query: Span<Float>, _ scratch: SearchScratch) -> [UInt32] {
        let layout = base.layout
        var quantised = [Int8](repeating: 0, count: layout.paddedDimensions)
        var scale: [Float] = [0]
        var bytes = quantised.mutableSpan
        var scales = scale.mutableSpan
        Kernels.quantiseRows(
            rows: 1, columns: query.count, query, into: &bytes, stride: layout.paddedDimensions, scales: &scales)
        let memory = scratch.lists.prepare(layout, count: base.count)
        unsafe quantised.withUnsafeBufferPointer { quantised in
            unsafe scale.withUnsafeBufferPointer { scale in
                guard let quantised = quantised.baseAddress, let scale = scale.baseAddress else { return }
                unsafe base.scanCentroids(1, quantised, scale, memory)
            }
        }
        var order = TopK(k: layout.lists)
        unsafe order.unsafeOffer(memory.coarse, count: layout.lists, base: 0)
        order.finish()
        var ranks = [UInt32](repeating: UInt32(layout.lists), count: layout.lists)
        for rank in 0..<order.count { ranks[Int(order.index(at: rank))] = UInt32(rank) }
        return ranks
    }
}
