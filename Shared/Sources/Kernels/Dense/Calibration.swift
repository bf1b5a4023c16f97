/// What values a network's layers take on sample rows: from this its activations are quantised.
public struct Calibration: Sendable, Equatable {
    /// Of the network's inputs.
    public let inputs: ClosedRange<Float>
    /// For each layer but the last: what its ReLU gives at most.
    public let limits: [Float]

    /// Ranges that are known.
    public init(inputs: ClosedRange<Float>, limits: [Float]) {
        self.inputs = inputs
        self.limits = limits
    }

    /// Runs a network in floats over sample rows. O(rows · parameters).
    ///
    /// - Parameters:
    ///   - samples: `rows` rows of the first layer's inputs.
    ///   - coverage: the share of a layer's values that its range holds. What is cut off is an error of few values, a
    ///     wider range a coarser step for all.
    public init(layers: [DenseLayer], rows: Int, samples: Span<Float>, coverage: Float = 0.9999) {
        precondition(rows > 0 && samples.count == rows * layers[0].inputs, "sample rows do not fit the network")
        precondition(coverage > 0 && coverage <= 1, "a share is above 0 and at most 1")
        var values: [Float] = []
        values.reserveCapacity(samples.count)
        for i in samples.indices { values.append(samples[i]) }
        inputs = Self.range(of: values, coverage: coverage)
        var limits: [Float] = []
        for layer in layers.dropLast() {
            var next = [Float](repeating: 0, count: rows * layer.outputs)
            var span = next.mutableSpan
            Kernels.gemmNT(
                m: rows, n: layer.outputs, k: layer.inputs, a: values.span, b: layer.weights.span, c: &span,
                bias: layer.biases.span, relu: true)
            limits.append(Self.range(of: next, coverage: coverage).upperBound)
            values = next
        }
        self.limits = limits
    }

    /// The smallest range about 0 that holds a share of the values.
    private static func range(of values: [Float], coverage: Float) -> ClosedRange<Float> {
        let cut = Int(Double(values.count) * Double(1 - coverage) / 2)
        let sorted = values.filter(\.isFinite).sorted()
        guard sorted.count > 2 * cut else { return 0...0 }
        return min(sorted[cut], 0)...max(sorted[sorted.count - 1 - cut], 0)
    }
}
