import Kernels

extension IVFLists {
    /// Scores all centroids for the queries of a batch, as if these had length one: what a list promises is its centroid's score
    /// and the spread of its rows' scores.
    func scanCentroids(
        _ batch: Int, _ query: UnsafePointer<Int8>, _ scales: UnsafePointer<Float>, _ memory: ListMemory
    ) {
        let size = layout.paddedDimensions
        let lengths = unsafe memory.lengths
        for i in 0..<batch {
            var square: Int32 = 0
            for d in 0..<size { unsafe square += Int32(query[i * size + d]) * Int32(query[i * size + d]) }
            unsafe lengths[i] = square == 0 ? 0 : 1 / Float(square).squareRoot()
        }
        unsafe Kernels.unsafeScan(
            blocks: layout.centroidBlocks, dimensions: size, rows: centroids, rowScales: centroidScales,
            biases: spreads, queries: batch, query: query, queryScales: lengths, scores: memory.coarse,
            scoreStride: layout.paddedLists)
        guard let bounds = unsafe biasBounds else { return }
        for i in 0..<batch {
            // Biases are not scaled with the query. One of length zero leaves them alone to decide.
            let length = unsafe scales[i] > 0 && lengths[i] > 0 ? lengths[i] / scales[i] : 1e9
            unsafe Kernels.unsafeAxpy(
                length, bounds, into: memory.coarse + i * layout.paddedLists, count: layout.lists)
        }
    }
}
