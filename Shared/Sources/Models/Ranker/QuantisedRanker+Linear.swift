import Domain

extension QuantisedRanker {
    /// A ranker that is a linear model of the features: its network, of one unit a layer, always gives 0.
    ///
    /// - Parameter weights: one a feature.
    public init(linear weights: [Float], dimensions: Int) {
        precondition(weights.count == RankingFeature.count, "a weight for each feature")
        let zeros = [Float](repeating: 0, count: dimensions)
        self.init(
            Parameters(
                dimensions: dimensions, features: RankingFeature.specification, userScale: 1, userLayer: zeros,
                itemLayer: zeros, bias1: [0],
                layer2: QuantisedMatrix(rounding: [Float](repeating: 0, count: 1 + weights.count), rows: 1), bias2: [0],
                output: QuantisedMatrix(rounding: [0], rows: 1), limits: [1, 1],
                lows: [Float](repeating: 0, count: weights.count), highs: [Float](repeating: 1, count: weights.count),
                direct: weights))
    }
}
