/// Sizes of a ranker, and with them the place of each of its tensors.
public struct RankerShape: Sendable, Equatable {
    /// Length of the user's and of the item's vector.
    public let dimensions: Int
    /// Dense features.
    public let features: Int
    /// Units of the two hidden layers.
    public let hidden1: Int
    public let hidden2: Int

    /// All tensors.
    public let layout: ParameterLayout
    /// The first layer in three parts: over the user's vector, the item's vector, the dense features; and its bias.
    public let userLayer: ParameterLayout.Tensor
    public let itemLayer: ParameterLayout.Tensor
    public let denseLayer: ParameterLayout.Tensor
    public let bias1: ParameterLayout.Tensor
    /// The second layer and its bias, and the output's weights.
    public let layer2: ParameterLayout.Tensor
    public let bias2: ParameterLayout.Tensor
    public let output: ParameterLayout.Tensor
    /// How much of each dense feature goes straight to the output: the recall score's is what a ranker starts from.
    public let direct: ParameterLayout.Tensor
    /// What is subtracted from each dense feature, and what it is multiplied by after that.
    public let featureMeans: ParameterLayout.Tensor
    public let featureScales: ParameterLayout.Tensor

    /// A shape; all sizes at least 1.
    public init(dimensions: Int, features: Int, hidden1: Int, hidden2: Int) {
        precondition(dimensions >= 1 && features >= 1 && hidden1 >= 1 && hidden2 >= 1, "sizes are at least 1")
        self.dimensions = dimensions
        self.features = features
        self.hidden1 = hidden1
        self.hidden2 = hidden2
        var layout = ParameterLayout()
        userLayer = layout.append("ranker.user_layer", rows: hidden1, columns: dimensions)
        itemLayer = layout.append("ranker.item_layer", rows: hidden1, columns: dimensions)
        denseLayer = layout.append("ranker.dense_layer", rows: hidden1, columns: features)
        bias1 = layout.append("ranker.bias1", rows: hidden1, columns: 1)
        layer2 = layout.append("ranker.layer2", rows: hidden2, columns: hidden1)
        bias2 = layout.append("ranker.bias2", rows: hidden2, columns: 1)
        output = layout.append("ranker.output", rows: hidden2, columns: 1)
        direct = layout.append("ranker.direct", rows: features, columns: 1)
        featureMeans = layout.append("ranker.feature_means", rows: features, columns: 1)
        featureScales = layout.append("ranker.feature_scales", rows: features, columns: 1)
        self.layout = layout
    }
}
