import Kernels

extension IVFIndex {
    /// The results reach the index's ``recall`` on average, over queries like those it was measured with; with rules, over what
    /// they leave. The deadline is looked at every two thousand rows.
    /// O((lists + rows scanned + inserted since the lists were made) · dimensions) a query.
    public func search(
        queries: Span<Float>, count: Int, k: Int, excluding: [[UInt32]], allowed: [ItemFilter?],
        deadline: ContinuousClock.Instant?, scratch: SearchScratch, results: inout SearchResults
    ) {
        precondition(queries.count == count * dimensions, "not a vector for each query")
        precondition(excluding.isEmpty || excluding.count == count, "not a list of exclusions for each query")
        precondition(allowed.isEmpty || allowed.count == count, "not a filter for each query")
        scratch.prepare(dimensions: base.layout.paddedDimensions, chunks: 0)
        let memory = scratch.lists.prepare(base.layout, count: self.count)
        results.reset()
        let k = min(max(k, 0), self.count)
        let size = base.layout.paddedDimensions
        var first = 0
        while first < count {
            let batch = min(SearchScratch.batch, count - first)
            unsafe queries.withUnsafeBufferPointer { queries in
                unsafe scratch.quantised.withUnsafeMutableBufferPointer { quantised in
                    unsafe scratch.scales.withUnsafeMutableBufferPointer { scales in
                        guard let x = queries.baseAddress, let q = quantised.baseAddress, let s = scales.baseAddress
                        else { return }
                        unsafe Kernels.unsafeQuantiseRows(
                            rows: batch, columns: dimensions, x + first * dimensions, into: q,
                            stride: base.layout.paddedDimensions, scales: s)
                        unsafe base.scanCentroids(batch, q, s, memory)
                        let exact = unsafe memory.queries
                        if rescores { unsafe pad(x + first * dimensions, count: batch, into: exact) }
                        let searches = (0..<batch).map { i in
                            unsafe ListSearch(
                                index: self, memory: memory, work: scratch.lists.works[i], place: i,
                                query: q + i * size, scale: s + i, exact: exact + i * size, results: k,
                                barred: excluding.isEmpty ? [] : excluding[first + i],
                                filter: allowed.isEmpty ? nil : allowed[first + i], deadline: deadline)
                        }
                        var together = unsafe BatchSearch(
                            searches, of: self, memory: memory, queries: q, scales: s, deadline: deadline)
                        together.run(into: &results)
                    }
                }
            }
            first += batch
        }
    }

    /// Queries as a kernel takes them: finite, and padded with zeros.
    private func pad(_ queries: UnsafePointer<Float>, count: Int, into padded: UnsafeMutablePointer<Float>) {
        let size = base.layout.paddedDimensions
        for q in 0..<count {
            for d in 0..<size {
                let value = d < dimensions ? unsafe queries[q * dimensions + d] : 0
                unsafe padded[q * size + d] = value.isFinite ? value : 0
            }
        }
    }
}
