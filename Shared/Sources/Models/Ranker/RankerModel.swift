/// The ranking model: a multi-layer perceptron over a user's vector, an item's vector and dense features, plus a linear
/// term over the features.
///
///     score = direct·d + output·relu(layer2·relu(userLayer·u + itemLayer·v + denseLayer·d + bias1) + bias2)
///
/// with `d` the features minus their means times their scales. The user's share of the first layer is computed once a
/// request, the item's once an item, so that a candidate costs `(features + hidden2) × hidden1` products.
public struct RankerModel: Sendable {
    /// Sizes and the place of each tensor.
    public let shape: RankerShape
    /// Names of the dense features in order, see `RankingFeature.specification`.
    public let features: [String]
    /// What user vectors, which come divided by the temperature, are multiplied by first.
    public let userScale: Float
    /// All parameters, as ``RankerShape/layout`` says.
    public let parameters: [Float]

    // Means and scales folded into the layers over the features.
    let foldedDense: [Float]
    let foldedBias: [Float]
    let foldedDirect: [Float]

    /// A model of given parameters; sizes must fit.
    public init(shape: RankerShape, features: [String], userScale: Float, parameters: [Float]) {
        precondition(
            parameters.count == shape.layout.count && features.count == shape.features, "parameters of another shape")
        self.shape = shape
        self.features = features
        self.userScale = userScale
        self.parameters = parameters
        let means = parameters[shape.featureMeans.range]
        let scales = parameters[shape.featureScales.range]
        var dense = Array(parameters[shape.denseLayer.range])
        var bias = Array(parameters[shape.bias1.range])
        for unit in 0..<shape.hidden1 {
            for feature in 0..<shape.features {
                dense[unit * shape.features + feature] *= scales[scales.startIndex + feature]
                bias[unit] -= dense[unit * shape.features + feature] * means[means.startIndex + feature]
            }
        }
        foldedDense = dense
        foldedBias = bias
        // The constant that the means leave is the same for all candidates: it changes no order and is left out.
        foldedDirect = (0..<shape.features).map {
            parameters[shape.direct.offset + $0] * scales[scales.startIndex + $0]
        }
    }

    /// Floats of an item's share of the first layer.
    public var itemHalfWidth: Int { shape.hidden1 }
}
