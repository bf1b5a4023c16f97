import Kernels

/// Items' vectors in int8 as ``Kernels/unsafeDotRows(_:dimensions:rows:rowScales:biases:query:scores:)`` reads them: blocks of
/// 16 rows, a scale and a bias a row.
struct QuantisedItems: Sendable {
    let rows: [Int8]
    let scales: [Float]
    let biases: [Float]

    /// Bytes of it all.
    var bytes: Int { rows.count + (scales.count + biases.count) * MemoryLayout<Float>.stride }

    /// - Parameters:
    ///   - vectors: `biases.count` rows of `width` values.
    init(width: Int, vectors: [Float], biases given: [Float]) {
        let (count, block) = (given.count, Kernels.blockRows)
        let padded = (count + block - 1) / block * block
        var bytes = [Int8](repeating: 0, count: count * width)
        var scales = [Float](repeating: 0, count: count)
        var byteSpan = bytes.mutableSpan
        var scaleSpan = scales.mutableSpan
        Kernels.quantiseRows(rows: count, columns: width, vectors.span, into: &byteSpan, scales: &scaleSpan)
        var rows = [Int8](repeating: 0, count: padded * width)
        var target = rows.mutableSpan
        for item in 0..<count {
            let start = item / block * block * width
            var part = target._mutatingExtracting(start..<start + block * width)
            Kernels.writeBlockRow(
                bytes.span.extracting(item * width..<(item + 1) * width), row: item % block, dimensions: width,
                into: &part)
        }
        let rest = [Float](repeating: 0, count: padded - count)
        (self.rows, self.scales, biases) = (rows, scales + rest, given + rest)
    }
}
