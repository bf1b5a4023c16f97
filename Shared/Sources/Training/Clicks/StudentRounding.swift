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
        parameters.roundRows(shape.features, columns: shape.factors, at: shape.vectors.lowerBound)
        for layer in shape.layers.dropFirst() {
            parameters.roundRows(layer.outputs, columns: layer.inputs, at: layer.weights.lowerBound)
        }
        parameters.roundRows(1, columns: shape.output.count, at: shape.output.lowerBound)
    }
}
