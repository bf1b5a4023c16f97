import Kernels

/// Layers of int8 in whole numbers, one row and one output at a time.
enum Specification {
    /// What comes out of layers into whose first one `bytes` go.
    static func outputs(
        _ layers: ArraySlice<DenseLayer>, bytes: [Int], from inputs: Activations, limits: ArraySlice<Float>
    ) -> [Float] {
        var (x, from) = (bytes, inputs)
        for (layer, limit) in zip(layers, limits) {
            let to = Activations(limit: limit)
            x = results(layer, x, from: from, step: to.scale).map {
                Int(min(max($0, 0), 127).rounded(.toNearestOrEven))
            }
            from = to
        }
        return results(layers[layers.endIndex - 1], x, from: from, step: 1)
    }

    private static func results(_ layer: DenseLayer, _ x: [Int], from: Activations, step: Float) -> [Float] {
        (0..<layer.outputs).map { output in
            let row = layer.weights[output * layer.inputs..<(output + 1) * layer.inputs]
            let highest = row.reduce(0) { max($0, abs($1)) }
            let weights = row.map { Int(($0 * (127 / highest)).rounded(.toNearestOrEven)) }
            let scale = from.scale * (highest / 127)
            let sum = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 }
            let offset = layer.biases[output] - scale * Float(weights.reduce(0, +) * from.zero)
            return Float(sum) * (scale / step) + offset / step
        }
    }
}
