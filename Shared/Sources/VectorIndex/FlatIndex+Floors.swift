import Kernels

/// A guess at the k-th best score from a sample of the rows.
///
/// Without one, a selection learns its threshold from the rows it has seen, and collects some k·ln(count/k) rows on the
/// way; with a guess that is a little low it collects little more than k. A guess that was too high leaves the selection
/// short of k, and the search repeats that query without: the results are the same in any case.
extension FlatIndex {
    /// The rows of a chunk that are looked at: its first block and the one in the middle.
    private static var sampledBlocks: [Int] { [0, Chunk.rows / Kernels.blockRows / 2] }
    private static let sampledRows = 2 * Kernels.blockRows

    /// Resets the selections of a batch to the `k` best above the guess.
    func estimateFloors(_ k: Int, _ batch: Int, _ rules: SearchRules, _ scratch: SearchScratch) {
        let rank = sampleRank(k)
        if let rank { sample(rank, batch, rules, scratch) }
        for q in 0..<batch {
            let isKnown = rank != nil && scratch.selections[q].count == rank
            scratch.floors[q] = isKnown ? scratch.selections[q].score(at: scratch.selections[q].count - 1) : -.infinity
            scratch.selections[q].reset(k: k, floor: scratch.floors[q])
        }
    }

    /// The rank in the sample whose score is below the k-th best of all but once in some thousand times: the sample holds
    /// k/32 of the k best on average, and the number varies by its root. Nil where the guess would spare nothing.
    private func sampleRank(_ k: Int) -> Int? {
        let expected = Float(k) * Float(Self.sampledRows) / Float(Chunk.rows)
        let rank = Int(expected + 3 * expected.squareRoot()) + 3
        return 2 * rank * Chunk.rows / Self.sampledRows <= count ? rank : nil
    }

    /// Selects the best of the sample, that is of those rows in it that a query may return.
    private func sample(_ rank: Int, _ batch: Int, _ rules: SearchRules, _ scratch: SearchScratch) {
        for q in 0..<batch { scratch.selections[q].reset(k: rank) }
        unsafe scratch.scores.withUnsafeMutableBufferPointer { scores in
            unsafe scratch.quantised.withUnsafeBufferPointer { query in
                unsafe scratch.scales.withUnsafeBufferPointer { scales in
                    guard let scores = scores.baseAddress, let query = query.baseAddress,
                        let scales = scales.baseAddress
                    else { return }
                    for (index, chunk) in chunks.enumerated() where chunk.alive > 0 {
                        for (place, block) in Self.sampledBlocks.enumerated() {
                            unsafe chunk.unsafeScan(
                                from: block, blocks: 1, queries: batch, query: query, queryScales: scales,
                                scores: scores + place * Kernels.blockRows)
                        }
                        for q in 0..<batch {
                            var allowed = admitted(q, chunk: index, rules, scratch)
                            unsafe withUnsafeBytes(of: &allowed) { bits in
                                unsafe scratch.selections[q].unsafeOffer(
                                    scores + q * Chunk.rows, count: Self.sampledRows,
                                    base: UInt32(index * Self.sampledRows),
                                    allowed: bits.baseAddress?.assumingMemoryBound(to: UInt8.self))
                            }
                        }
                    }
                }
            }
        }
        for q in 0..<batch { scratch.selections[q].finish() }
    }

    /// A bit for each sampled row of a chunk that a query may return.
    private func admitted(_ q: Int, chunk: Int, _ rules: SearchRules, _ scratch: SearchScratch) -> UInt32 {
        var bits: UInt32 = 0
        for (place, block) in Self.sampledBlocks.enumerated() {
            let word = (chunk * Chunk.rows + block * Kernels.blockRows) / 64
            var row: UInt64 = .max
            if rules.hasExclusions(q) { row &= ~scratch.excluded[q * chunks.count * Chunk.rows / 64 + word] }
            if let filter = rules.filter(q) { row &= word < filter.words.count ? filter.words[word] : 0 }
            bits |= UInt32(row & 0xFFFF) << UInt32(place * Kernels.blockRows)
        }
        return bits
    }
}
