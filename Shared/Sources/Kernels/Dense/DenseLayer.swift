/// A dense layer as it is trained: y = W·x + b, with ReLU behind it unless it is a network's last.
public struct DenseLayer: Sendable, Equatable {
    /// Length of x.
    public let inputs: Int
    /// Length of y.
    public let outputs: Int
    /// outputs × inputs, a row an output.
    public var weights: [Float]
    /// A value an output.
    public var biases: [Float]

    /// A layer of given weights (outputs × inputs, a row an output) and biases (a value an output).
    public init(inputs: Int, outputs: Int, weights: [Float], biases: [Float]) {
        precondition(inputs > 0 && outputs > 0, "a layer without inputs or outputs")
        precondition(weights.count == inputs * outputs && biases.count == outputs, "matrix sizes do not fit")
        self.inputs = inputs
        self.outputs = outputs
        self.weights = weights
        self.biases = biases
    }

    /// The same layer with the inputs from number `from` on moved to `to`; what lies between counts nothing.
    func spread(from: Int, to: Int) -> DenseLayer {
        var spread: [Float] = []
        for output in 0..<outputs {
            let row = weights[output * inputs..<(output + 1) * inputs]
            spread += row.prefix(from) + [Float](repeating: 0, count: to - from) + row.dropFirst(from)
        }
        return DenseLayer(inputs: inputs + to - from, outputs: outputs, weights: spread, biases: biases)
    }

    /// The same outputs, times a factor, from some of the inputs only; with `biases` left out they are zero.
    func columns(_ range: Range<Int>, biases kept: Bool, factor: Float) -> DenseLayer {
        var part: [Float] = []
        part.reserveCapacity(outputs * range.count)
        for output in 0..<outputs {
            for input in range { part.append(weights[output * inputs + input] * factor) }
        }
        return DenseLayer(
            inputs: range.count, outputs: outputs, weights: part, biases: biases.map { kept ? $0 * factor : 0 })
    }
}
