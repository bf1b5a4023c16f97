import Kernels

/// Networks to test with, and what they give in double precision.
enum Oracle {
    /// Random weights of the size that keeps activations as they are (He et al. 2015).
    static func network(_ sizes: [Int], using random: inout SeededGenerator) -> [DenseLayer] {
        zip(sizes, sizes.dropFirst()).map { inputs, outputs in
            let size = (6 / Float(inputs)).squareRoot()
            return DenseLayer(
                inputs: inputs, outputs: outputs, weights: random.floats(inputs * outputs).map { $0 * size },
                biases: random.floats(outputs).map { $0 * 0.2 })
        }
    }

    /// A row's outputs, and for each a bound of how far int8 may be away from it: half a step of every weight, and half a
    /// step of every activation, carried through the layers.
    static func outputs(
        _ layers: [DenseLayer], _ x: ArraySlice<Float>, calibration: Calibration, firstStep: (Double) -> Double
    ) -> [(value: Double, bound: Double)] {
        var row = x.map { (value: Double($0), bound: firstStep(Double($0))) }
        for (number, layer) in layers.enumerated() {
            row = (0..<layer.outputs).map { output in
                let weights = layer.weights[output * layer.inputs..<(output + 1) * layer.inputs]
                let half = Double(weights.reduce(0) { max($0, abs($1)) }) / 254
                var (value, bound) = (Double(layer.biases[output]), 1e-5)
                for (i, input) in row.enumerated() {
                    let weight = Double(layer.weights[output * layer.inputs + i])
                    value += weight * input.value
                    bound += abs(weight) * input.bound + half * (abs(input.value) + input.bound)
                }
                guard number < layers.count - 1 else { return (value, bound) }
                let limit = Double(calibration.limits[number])
                let positive = max(value, 0)
                return (positive, bound + limit / 254 + max(positive - limit, 0))
            }
        }
        return row
    }

    static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
        let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
        let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
        let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
        return xy / (xx * yy).squareRoot()
    }
}
