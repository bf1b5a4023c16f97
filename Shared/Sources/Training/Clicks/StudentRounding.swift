import Kernels

/// A student's parameters and activations as int8 serving rounds them, for training with it: gradients are taken where the
/// rounded values are and applied to those that were rounded (Jacob et al., CVPR 2018, §3; straight-through estimator of
/// Bengio et al. 2013).
///
/// Rounded are vectors, a scale a row, and the weights behind the first layer, a scale an output. The first layer works on
/// halves that are computed in float (``SplitMLP``).
struct StudentRounding: Sendable {
    let shape: ClickNetworkShape
    /// Of each hidden layer's values.
    let activations: [Activations]

    /// The parameters with what is served as int8 rounded.
    func rounded(_ masters: FloatBuffer, into parameters: FloatBuffer) {
        unsafe parameters.base.update(from: masters.base, count: shape.count)
        round(rows: shape.features, columns: shape.factors, at: shape.vectors.lowerBound, in: parameters)
        for layer in shape.layers.dropFirst() {
            round(rows: layer.outputs, columns: layer.inputs, at: layer.weights.lowerBound, in: parameters)
        }
        round(rows: 1, columns: shape.output.count, at: shape.output.lowerBound, in: parameters)
    }

    private func round(rows: Int, columns: Int, at place: Int, in parameters: FloatBuffer) {
        guard rows > 0, columns > 0 else { return }
        var bytes = [Int8](repeating: 0, count: rows * columns)
        var scales = [Float](repeating: 0, count: rows)
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe scales.withUnsafeMutableBufferPointer { scales in
                guard let bytes = bytes.baseAddress, let scales = scales.baseAddress else { return }
                let values = unsafe parameters.base + place
                unsafe Kernels.unsafeQuantiseRows(
                    rows: rows, columns: columns, values, into: bytes, stride: columns, scales: scales)
                for row in 0..<rows {
                    for column in row * columns..<(row + 1) * columns {
                        unsafe values[column] = Float(bytes[column]) * scales[row]
                    }
                }
            }
        }
    }
}
