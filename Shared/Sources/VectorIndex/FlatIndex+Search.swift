import Kernels

extension FlatIndex {
    /// The results are exact over what is stored. O(count·dimensions) a query. The deadline is looked at before each group of
    /// eight queries; those that it leaves out find nothing.
    public func search(
        queries: Span<Float>, count: Int, k: Int, excluding: [[UInt32]], allowed: [ItemFilter?],
        deadline: ContinuousClock.Instant?, scratch: SearchScratch, results: inout SearchResults
    ) {
        precondition(queries.count == count * dimensions, "not a vector for each query")
        precondition(excluding.isEmpty || excluding.count == count, "not a list of exclusions for each query")
        precondition(allowed.isEmpty || allowed.count == count, "not a filter for each query")
        scratch.prepare(dimensions: paddedDimensions, chunks: chunks.count)
        results.reset()
        let k = min(max(k, 0), self.count)
        var first = 0
        while first < count {
            if let deadline, ContinuousClock.now >= deadline {
                for _ in first..<count { results.endQuery() }
                results.isComplete = false
                return
            }
            let batch = min(SearchScratch.batch, count - first)
            quantise(queries.extracting(first * dimensions..<(first + batch) * dimensions), batch, scratch)
            if !excluding.isEmpty { mark(excluding[first..<first + batch], in: &scratch.excluded, barred: true) }
            let rules = SearchRules(excluding: excluding, allowed: allowed, first: first)
            estimateFloors(k, batch, rules, scratch)
            scan(0..<batch, rules, scratch)
            for q in 0..<batch where scratch.selections[q].count < k && scratch.floors[q] > -.infinity {
                scratch.selections[q].reset(k: k)
                scan(q..<q + 1, rules, scratch)
            }
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

    /// Offers the scores of all rows to the selections of some queries of a batch.
    private func scan(_ batch: Range<Int>, _ rules: SearchRules, _ scratch: SearchScratch) {
        unsafe scratch.scores.withUnsafeMutableBufferPointer { scores in
            unsafe scratch.quantised.withUnsafeBufferPointer { query in
                unsafe scratch.scales.withUnsafeBufferPointer { scales in
                    unsafe scratch.excluded.withUnsafeBufferPointer { excluded in
                        guard let scores = scores.baseAddress, let query = query.baseAddress,
                            let scales = scales.baseAddress
                        else { return }
                        for (index, chunk) in chunks.enumerated() where chunk.alive > 0 {
                            unsafe chunk.unsafeScan(
                                queries: batch.count, query: query + batch.lowerBound * paddedDimensions,
                                queryScales: scales + batch.lowerBound, scores: scores)
                            for q in batch {
                                let offset = (q * chunks.count + index) * Chunk.rows / 64
                                let bits = unsafe excluded.baseAddress.map { unsafe $0 + offset }
                                let barred = unsafe rules.hasExclusions(q) ? bits : nil
                                let row = unsafe scores + (q - batch.lowerBound) * Chunk.rows
                                unsafe offer(row, of: index, barred, rules.filter(q), &scratch.selections[q])
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
