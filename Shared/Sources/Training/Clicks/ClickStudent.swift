import Kernels

/// A small network that learned from a ``ClickTeacher``: a vector a feature, the dot product of the request's sum with the
/// item's, and a narrow network on both.
struct ClickStudent: Sendable {
    let shape: ClickNetworkShape
    let parameters: [Float]
    /// On the validation part, in float.
    let auc: Double

    /// The hidden layers and the output as dense layers, the request's inputs first.
    var layers: [DenseLayer] {
        var layers = shape.layers.map {
            DenseLayer(
                inputs: $0.inputs, outputs: $0.outputs, weights: Array(parameters[$0.weights]),
                biases: Array(parameters[$0.biases]))
        }
        layers.append(
            DenseLayer(
                inputs: shape.output.count, outputs: 1, weights: Array(parameters[shape.output]), biases: [0]))
        return layers
    }

    /// What the hidden layers' values are on some rows.
    func calibration(on rows: ClickRows, history: ClickHistory) -> Calibration {
        let count = min(rows.count, 4096)
        let network = ClickNetwork(shape: shape, history: history, batch: count)
        network.parameters.assign(parameters)
        let samples = network.inputs(of: Array(0..<count)[...], in: rows)
        return Calibration(layers: layers, rows: count, samples: samples.span)
    }
}
