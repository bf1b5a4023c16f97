import CKernels

/// A dense layer's int8 weights as the kernels take them, in memory of its own that never changes.
///
/// Weights are symmetric int8 with a scale an output; the sums of products are exact, and
///
///     y[output] = Float(Σ x[i]·w[output][i]) · factor[output] + offset[output]
///
/// where factor and offset hold the scales of inputs, weights and outputs, the bias, and what the inputs' zero adds.
@safe
// Its memory is written in init alone.
final class PackedLayer: @unchecked Sendable {
    /// What a layer gives.
    enum Output {
        /// ReLU and bytes for the next layer, in whole blocks of 16.
        case bytes(Activations)
        /// Floats as they are.
        case floats
    }

    let inputs: Int
    let outputs: Int
    /// Bytes that its memory takes.
    let byteCount: Int
    private let memory: UnsafeMutableRawPointer
    private let layer: ck_dense_layer
    /// Few outputs have their weights in rows instead of blocks: a block of 16 would be computed for one of them.
    private let narrow: Bool

    /// The most outputs for which rows are faster than blocks.
    private static let mostNarrow = 6

    init(_ dense: DenseLayer, from activations: Activations, to output: Output) {
        let padded = (dense.inputs + 3) / 4 * 4
        precondition(padded <= Kernels.maximumDimensions, "more inputs than 32-bit sums are checked for")
        inputs = dense.inputs
        outputs = dense.outputs
        var narrow = false
        if case .floats = output { narrow = dense.outputs <= Self.mostNarrow }
        self.narrow = narrow
        let blocks = (dense.outputs + Kernels.blockRows - 1) / Kernels.blockRows
        let rows = blocks * Kernels.blockRows

        var quantised = [Int8](repeating: 0, count: rows * padded)
        var scales = [Float](repeating: 0, count: rows)
        unsafe quantised.withUnsafeMutableBufferPointer { quantised in
            unsafe scales.withUnsafeMutableBufferPointer { scales in
                unsafe Kernels.unsafeQuantiseRows(
                    rows: dense.outputs, columns: dense.inputs, dense.weights, into: quantised.baseAddress!,
                    stride: padded, scales: scales.baseAddress!)
            }
        }
        var step: Float = 1
        if case .bytes(let next) = output { step = next.scale }

        // One piece of memory: weights, weights once more in groups, factors, offsets, order, runs.
        let (weightBytes, floatBytes) = (rows * padded, rows * 4)
        let groupBytes = narrow ? 0 : weightBytes
        let orderBytes = narrow ? 0 : blocks * padded / 4 * 2
        let runBytes = narrow ? 0 : blocks * Int(CK_DENSE_RUNS) * 2
        byteCount = weightBytes + groupBytes + 2 * floatBytes + orderBytes + runBytes
        unsafe memory = .allocate(byteCount: byteCount, alignment: 64)
        let weights = unsafe memory.bindMemory(to: Int8.self, capacity: weightBytes)
        let grouped = unsafe (memory + weightBytes).bindMemory(to: Int8.self, capacity: groupBytes)
        let factors = unsafe (memory + weightBytes + groupBytes).bindMemory(to: Float.self, capacity: 2 * rows)
        let offsets = unsafe factors + rows
        let order = unsafe UnsafeMutableRawPointer(factors + 2 * rows).bindMemory(
            to: UInt16.self, capacity: (orderBytes + runBytes) / 2)
        let runs = unsafe order + orderBytes / 2

        for output in 0..<rows {
            let row = output * padded..<(output + 1) * padded
            let sum = quantised[row].reduce(0) { $0 + Int($1) }
            let scale = activations.scale * scales[output]
            let bias = output < dense.outputs ? dense.biases[output] : 0
            unsafe factors[output] = scale / step
            unsafe offsets[output] = (bias - scale * Float(sum * activations.zero)) / step
            unsafe quantised.withUnsafeBufferPointer { [narrow] from in
                if narrow {
                    unsafe (weights + row.lowerBound).update(from: from.baseAddress! + row.lowerBound, count: padded)
                } else {
                    let block = unsafe weights + output / Kernels.blockRows * Kernels.blockRows * padded
                    unsafe ck_block_write_row(
                        block, output % Kernels.blockRows, padded, from.baseAddress! + row.lowerBound)
                }
            }
        }
        if !narrow { unsafe ck_dense_group(blocks, padded, weights, grouped, order, runs) }
        unsafe layer = ck_dense_layer(
            inputs: padded, outputs: dense.outputs, weights: weights, scales: factors, biases: offsets,
            grouped: grouped, order: order, runs: runs)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The bytes that a row of results takes, and that a row of inputs must have at least.
    var outputStride: Int { (outputs + Kernels.blockRows - 1) / Kernels.blockRows * Kernels.blockRows }
    var inputStride: Int { unsafe layer.inputs }

    /// y = bytes of `rows` rows of bytes.
    func unsafeApply(
        rows: Int, _ x: UnsafePointer<UInt8>, stride: Int, into y: UnsafeMutablePointer<UInt8>, stride outputStride: Int
    ) {
        unsafe withUnsafePointer(to: layer) { layer in
            unsafe Kernels.table.pointee.dense_u8s8(layer, rows, x, stride, y, outputStride)
        }
    }

    /// y = floats of `rows` rows of bytes, `outputs` a row.
    func unsafeApply(
        rows: Int, _ x: UnsafePointer<UInt8>, stride: Int, into y: UnsafeMutablePointer<Float>
    ) {
        if narrow {
            unsafe Kernels.table.pointee.narrow_u8s8_f32(
                outputs, layer.inputs, layer.weights, layer.scales, layer.biases, rows, x, stride, y, outputs)
        } else {
            unsafe withUnsafePointer(to: layer) { layer in
                unsafe Kernels.table.pointee.dense_u8s8_f32(layer, rows, x, stride, y, outputs)
            }
        }
    }
}
