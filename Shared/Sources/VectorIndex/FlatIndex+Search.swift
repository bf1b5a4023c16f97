import Kernels

extension FlatIndex {
    /// Finds each query's `k` items with the highest inner product plus bias; equal scores by lower number. The results
    /// depend on the index's content and the query alone, not on the batch or the instruction set.
    /// O(count·dimensions) a query.
    ///
    /// - Parameters:
    ///   - queries: count × dimensions. Values that are not finite count as zero.
    ///   - excluding: item numbers to leave out, a list a query; empty for none at all.
    ///   - allowed: the only items to consider, a set a query; nil or an empty list: all.
    ///   - results: replaced.
    public func search(
        queries: Span<Float>, count: Int, k: Int, excluding: [[UInt32]] = [], allowed: [ItemFilter?] = [],
        scratch: SearchScratch, results: inout SearchResults
    ) {
        precondition(queries.count == count * dimensions, "not a vector for each query")
        precondition(excluding.isEmpty || excluding.count == count, "not a list of exclusions for each query")
        precondition(allowed.isEmpty || allowed.count == count, "not a filter for each query")
        scratch.prepare(dimensions: paddedDimensions, chunks: chunks.count)
        results.reset()
        let k = min(max(k, 0), self.count)
        var first = 0
        while first < count {
            let batch = min(SearchScratch.batch, count - first)
            quantise(queries.extracting(first * dimensions..<(first + batch) * dimensions), batch, scratch)
            for q in 0..<batch { scratch.selections[q].reset(k: k) }
            if !excluding.isEmpty { mark(excluding[first..<first + batch], in: &scratch.excluded, barred: true) }
            scan(first, batch, excluding, allowed, scratch)
            if !excluding.isEmpty { mark(excluding[first..<first + batch], in: &scratch.excluded, barred: false) }
            for q in 0..<batch {
                scratch.selections[q].finish()
                scratch.selections[q].append(indicesTo: &results.items, scoresTo: &results.scores)
                results.endQuery()
            }
            first += batch
        }
    }

    private func quantise(_ queries: Span<Float>, _ batch: Int, _ scratch: SearchScratch) {
        unsafe queries.withUnsafeBufferPointer { x in
            unsafe scratch.quantised.withUnsafeMutableBufferPointer { q in
                unsafe scratch.scales.withUnsafeMutableBufferPointer { scales in
                    guard let x = x.baseAddress, let q = q.baseAddress, let scales = scales.baseAddress else { return }
                    unsafe Kernels.unsafeQuantiseRows(
                        rows: batch, columns: dimensions, x, into: q, stride: paddedDimensions, scales: scales)
                }
            }
        }
    }

    private func mark(_ lists: ArraySlice<[UInt32]>, in bits: inout [UInt64], barred: Bool) {
        let words = chunks.count * Chunk.rows / 64
        for (q, list) in lists.enumerated() {
            for number in list where Int(number) < count {
                let word = q * words + Int(number / 64)
                if barred { bits[word] |= 1 << UInt64(number % 64) } else { bits[word] = 0 }
            }
        }
    }

    private func scan(
        _ first: Int, _ batch: Int, _ excluding: [[UInt32]], _ allowed: [ItemFilter?], _ scratch: SearchScratch
    ) {
        let words = chunks.count * Chunk.rows / 64
        unsafe scratch.scores.withUnsafeMutableBufferPointer { scores in
            unsafe scratch.quantised.withUnsafeBufferPointer { query in
                unsafe scratch.scales.withUnsafeBufferPointer { scales in
                    unsafe scratch.excluded.withUnsafeBufferPointer { excluded in
                        guard let scores = scores.baseAddress, let query = query.baseAddress,
                            let scales = scales.baseAddress
                        else { return }
                        for (index, chunk) in chunks.enumerated() where chunk.alive > 0 {
                            unsafe chunk.unsafeScan(queries: batch, query: query, queryScales: scales, scores: scores)
                            for q in 0..<batch {
                                let isFree = excluding.isEmpty || excluding[first + q].isEmpty
                                let offset = q * words + index * Chunk.rows / 64
                                let barred = unsafe isFree ? nil : excluded.baseAddress.map { unsafe $0 + offset }
                                let filter = allowed.isEmpty ? nil : allowed[first + q]
                                unsafe offer(scores + q * Chunk.rows, of: index, barred, filter, &scratch.selections[q])
                            }
                        }
                    }
                }
            }
        }
    }

    private func offer(
        _ scores: UnsafePointer<Float>, of index: Int, _ barred: UnsafePointer<UInt64>?, _ filter: ItemFilter?,
        _ selection: inout TopK
    ) {
        let base = UInt32(index * Chunk.rows)
        let barred = unsafe UnsafeRawPointer(barred)?.assumingMemoryBound(to: UInt8.self)
        guard let filter else {
            return unsafe selection.unsafeOffer(scores, count: Chunk.rows, base: base, excluded: barred)
        }
        guard (index + 1) * Chunk.rows <= filter.words.count * 64 else { return }
        unsafe filter.words.withUnsafeBytes { words in
            let bits = unsafe words.baseAddress.map { unsafe ($0 + index * Chunk.rows / 8) }
            unsafe selection.unsafeOffer(
                scores, count: Chunk.rows, base: base, allowed: bits?.assumingMemoryBound(to: UInt8.self),
                excluded: barred)
        }
    }
}
