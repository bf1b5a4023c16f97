import Kernels

/// The centroids of lists, as floats and as scan blocks, and the search for the one that is nearest.
struct Centroids {
    let dimensions: Int
    let stride: Int
    /// Row-major, `stride` values each.
    private(set) var vectors: [Float] = []
    /// Scan blocks of the int8 vectors, with scales, and minus half the squared length as biases, so that the highest score
    /// is the least distance: |x - c|² = |x|² - 2·(x·c - |c|²/2).
    private(set) var blocks: [Int8] = []
    private(set) var scales: [Float] = []
    private(set) var biases: [Float] = []
    private(set) var count = 0

    /// Vectors that are assigned together.
    private static let batch = 16

    init(dimensions: Int) {
        self.dimensions = dimensions
        stride = FlatIndex.padded(dimensions)
    }

    private var paddedCount: Int { scales.count }

    /// Makes `vectors` the centroids: `stride` values each.
    mutating func set(_ vectors: [Float]) {
        self.vectors = vectors
        count = vectors.count / stride
        let blockCount = (count + Kernels.blockRows - 1) / Kernels.blockRows
        blocks = Array(repeating: 0, count: blockCount * Kernels.blockRows * stride)
        scales = Array(repeating: 0, count: blockCount * Kernels.blockRows)
        biases = Array(repeating: -.infinity, count: blockCount * Kernels.blockRows)
        var quantised = [Int8](repeating: 0, count: stride)
        var scale: [Float] = [0]
        for list in 0..<count {
            let vector = vectors.span.extracting(list * stride..<(list + 1) * stride)
            var bytes = quantised.mutableSpan
            var scaleOfOne = scale.mutableSpan
            Kernels.quantiseRows(rows: 1, columns: vector.count, vector, into: &bytes, scales: &scaleOfOne)
            scales[list] = scale[0]
            biases[list] = -Kernels.sumOfSquares(vector) / 2
            let size = Kernels.blockRows * quantised.count
            let first = list / Kernels.blockRows * size
            var all = blocks.mutableSpan
            var block = all._mutatingExtracting(first..<first + size)
            Kernels.writeBlockRow(
                quantised.span, row: list % Kernels.blockRows, dimensions: quantised.count, into: &block)
        }
    }

    /// The nearest centroid of each of the given rows, the lowest of several, and x·c - |c|²/2 for it. O(rows·count).
    func assign(_ rows: QuantisedRows, _ places: [Int], nearest: inout [UInt32], scores best: inout [Float]) {
        nearest = Array(repeating: 0, count: places.count)
        best = Array(repeating: 0, count: places.count)
        var query = [Int8](repeating: 0, count: Self.batch * stride)
        var queryScales = [Float](repeating: 0, count: Self.batch)
        var scores = [Float](repeating: 0, count: Self.batch * paddedCount)
        var start = 0
        while start < places.count {
            let batch = min(Self.batch, places.count - start)
            for q in 0..<batch {
                let row = places[start + q]
                queryScales[q] = rows.scales[row]
                unsafe rows.values.withUnsafeBufferPointer { values in
                    unsafe query.withUnsafeMutableBufferPointer { query in
                        for d in 0..<stride { unsafe query[q * stride + d] = values[row * stride + d] }
                    }
                }
            }
            scan(batch, query, queryScales, into: &scores)
            unsafe scores.withUnsafeBufferPointer { scores in
                unsafe nearest.withUnsafeMutableBufferPointer { nearest in
                    unsafe best.withUnsafeMutableBufferPointer { best in
                        guard let scores = scores.baseAddress, let nearest = nearest.baseAddress,
                            let best = best.baseAddress
                        else { return }
                        unsafe Kernels.unsafeArgmaxRows(
                            rows: batch, columns: count, scores, stride: paddedCount, into: nearest + start,
                            highest: best + start)
                    }
                }
            }
            start += batch
        }
    }

    /// For each centroid the nearest other one, and the squared distance of the two. O(count²).
    func neighbours() -> [(list: Int, distance: Float)] {
        var result: [(list: Int, distance: Float)] = []
        var best: [Float] = []
        var nearest: [UInt32] = []
        for list in 0..<count {
            scores(of: list, barring: [list], nearest: &nearest, best: &best)
            result.append((Int(nearest[0]), max(0, -2 * (biases[list] + best[0]))))
        }
        return result
    }

    /// An order of the lists in which each is followed by the nearest of those that are left: a greedy path. O(count²).
    func path() -> [Int] {
        guard count > 0 else { return [] }
        var left = self
        var order = [0]
        var nearest: [UInt32] = []
        var best: [Float] = []
        while order.count < count {
            let last = order[order.count - 1]
            left.biases[last] = -.infinity
            left.scores(of: last, barring: [], nearest: &nearest, best: &best)
            order.append(Int(nearest[0]))
        }
        return order
    }

    /// The nearest centroid of a centroid.
    private func scores(of list: Int, barring: [Int], nearest: inout [UInt32], best: inout [Float]) {
        nearest = [0]
        best = [0]
        var query = [Int8](repeating: 0, count: stride)
        let size = Kernels.blockRows * stride
        let first = list / Kernels.blockRows * size
        var span = query.mutableSpan
        Kernels.readBlockRow(
            blocks.span.extracting(first..<first + size), row: list % Kernels.blockRows, dimensions: stride, into: &span
        )
        var all = [Float](repeating: 0, count: paddedCount)
        scan(1, query, [scales[list]], into: &all)
        for other in barring { all[other] = -.infinity }
        var into = nearest.mutableSpan
        Kernels.argmaxRows(rows: 1, columns: count, all.span.extracting(0..<count), into: &into)
        best[0] = all[Int(nearest[0])]
    }

    private func scan(_ batch: Int, _ query: [Int8], _ queryScales: [Float], into scores: inout [Float]) {
        unsafe blocks.withUnsafeBufferPointer { blocks in
            unsafe scales.withUnsafeBufferPointer { scales in
                unsafe biases.withUnsafeBufferPointer { biases in
                    unsafe query.withUnsafeBufferPointer { query in
                        unsafe queryScales.withUnsafeBufferPointer { queryScales in
                            unsafe scores.withUnsafeMutableBufferPointer { scores in
                                guard let rows = blocks.baseAddress, let scale = scales.baseAddress,
                                    let bias = biases.baseAddress, let query = query.baseAddress,
                                    let queryScales = queryScales.baseAddress, let scores = scores.baseAddress
                                else { return }
                                unsafe Kernels.unsafeScan(
                                    blocks: paddedCount / Kernels.blockRows, dimensions: stride, rows: rows,
                                    rowScales: scale, biases: bias, queries: batch, query: query,
                                    queryScales: queryScales, scores: scores, scoreStride: paddedCount)
                            }
                        }
                    }
                }
            }
        }
    }
}
