import Kernels

/// Quantises vectors one by one into chunks.
struct RowEncoder {
    private var quantised: [Int8]
    private var scale: [Float] = [0]

    init(dimensions: Int) {
        quantised = Array(repeating: 0, count: FlatIndex.padded(dimensions))
    }

    mutating func write(_ vector: Span<Float>, bias: Float, row: Int, into chunk: Chunk) {
        Self.quantise(vector, into: &quantised, scale: &scale)
        chunk.write(row: row, vector: quantised.span, scale: scale[0], bias: bias)
    }

    private static func quantise(_ vector: Span<Float>, into quantised: inout [Int8], scale: inout [Float]) {
        let stride = quantised.count
        var bytes = quantised.mutableSpan
        var scales = scale.mutableSpan
        Kernels.quantiseRows(rows: 1, columns: vector.count, vector, into: &bytes, stride: stride, scales: &scales)
    }
}
