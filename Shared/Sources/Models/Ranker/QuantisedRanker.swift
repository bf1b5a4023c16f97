import Kernels

/// The ranking model that is served: a small network in int8 over a user's vector, an item's vector and dense features, plus
/// a linear term over the features.
///
///     score = direct·x + output·relu(layer2·[relu(userLayer·u + itemLayer·v + bias1), t] + bias2)
///
/// with x the dense features and t where each lies between its ends, from 0 to the first layer's limit. The user's share of
/// the first layer is computed once a request; the item's is kept, a byte a unit (``ItemHalves``). What a candidate costs is
/// to add both, the features' bytes, and `(hidden1 + features) × hidden2` products of bytes.
public struct QuantisedRanker: Sendable {
    /// Everything that a file holds of it.
    public struct Parameters: Sendable, Equatable {
        /// Length of a user's and an item's vector.
        public var dimensions: Int
        /// Names of the dense features in order.
        public var features: [String]
        /// What user vectors, which come divided by the temperature, are multiplied by first.
        public var userScale: Float
        /// hidden1 × dimensions, each: these make halves, in floats.
        public var userLayer: [Float]
        public var itemLayer: [Float]
        public var bias1: [Float]
        /// hidden2 × (hidden1 + features), and 1 × hidden2.
        public var layer2: QuantisedMatrix
        public var bias2: [Float]
        public var output: QuantisedMatrix
        /// What each hidden layer gives at most.
        public var limits: [Float]
        /// The features' ends.
        public var lows: [Float]
        public var highs: [Float]
        /// How much of each feature goes straight to the score.
        public var direct: [Float]

        /// Parameters; see the properties.
        public init(
            dimensions: Int, features: [String], userScale: Float, userLayer: [Float], itemLayer: [Float],
            bias1: [Float], layer2: QuantisedMatrix, bias2: [Float], output: QuantisedMatrix, limits: [Float],
            lows: [Float], highs: [Float], direct: [Float]
        ) {
            (self.dimensions, self.features, self.userScale) = (dimensions, features, userScale)
            (self.userLayer, self.itemLayer, self.bias1) = (userLayer, itemLayer, bias1)
            (self.layer2, self.bias2, self.output) = (layer2, bias2, output)
            (self.limits, self.lows, self.highs, self.direct) = (limits, lows, highs, direct)
        }

        /// Units of the hidden layers.
        public var hidden1: Int { bias1.count }
        public var hidden2: Int { bias2.count }

        /// Numbers there are.
        public var count: Int {
            userLayer.count + itemLayer.count + hidden1 + layer2.bytes.count + layer2.scales.count + hidden2
                + output.bytes.count + output.scales.count + limits.count + lows.count + highs.count + direct.count
        }

        /// Bytes they take: those of layers behind the first one, four each of the rest.
        public var bytes: Int {
            let small = layer2.bytes.count + output.bytes.count
            return small + (count - small) * MemoryLayout<Float>.stride
        }
    }

    /// What it was made of.
    public let parameters: Parameters
    let network: SplitMLP

    /// A ranker of given parameters; sizes must fit.
    public init(_ parameters: Parameters) {
        let (width, features) = (parameters.dimensions, parameters.features.count)
        let (hidden1, hidden2) = (parameters.hidden1, parameters.hidden2)
        precondition(
            parameters.userLayer.count == hidden1 * width && parameters.itemLayer.count == hidden1 * width
                && parameters.layer2.rows == hidden2 && parameters.layer2.columns == hidden1 + features
                && parameters.output.rows == 1 && parameters.output.columns == hidden2
                && parameters.limits.count == 2 && parameters.direct.count == features, "parameters of another shape")
        self.parameters = parameters
        var first: [Float] = []
        for unit in 0..<hidden1 {
            first += parameters.userLayer[(unit * width)..<((unit + 1) * width)].map { $0 * parameters.userScale }
            first += parameters.itemLayer[(unit * width)..<((unit + 1) * width)]
        }
        network = SplitMLP(
            layers: [
                DenseLayer(inputs: 2 * width, outputs: hidden1, weights: first, biases: parameters.bias1),
                DenseLayer(
                    inputs: hidden1 + features, outputs: hidden2, weights: parameters.layer2.values,
                    biases: parameters.bias2),
                DenseLayer(inputs: hidden2, outputs: 1, weights: parameters.output.values, biases: [0]),
            ], userInputs: width, features: FeatureBytes(lows: parameters.lows, highs: parameters.highs),
            calibration: Calibration(inputs: 0...0, limits: parameters.limits))
    }

    /// The same with another share of its part in the score, and a linear model of the features beside it.
    ///
    /// - Parameter weights: of the linear model, one a feature.
    public func blended(share: Float, adding weights: [Float]) -> QuantisedRanker {
        var changed = parameters
        changed.output.scales = changed.output.scales.map { $0 * share }
        changed.direct = zip(changed.direct, weights).map { $0 * share + $1 }
        return QuantisedRanker(changed)
    }

    /// Bytes that serving with it takes for `items` items, what one thread works in for `rows` candidates included.
    public func residentBytes(items: Int, rows: Int) -> Int {
        let blockRows = BlockTable<Int8>.blockRows
        return (items + blockRows - 1) / blockRows * blockRows * itemBytes + network.residentBytes(rows: rows)
            + parameters.bytes
    }

    /// Bytes of an item's share of the first layer, its scale included.
    public var itemBytes: Int { network.halfBytes }
}
