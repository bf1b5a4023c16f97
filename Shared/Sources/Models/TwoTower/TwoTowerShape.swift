/// Sizes of a two-tower model, and with them the place of each of its tensors.
public struct TwoTowerShape: Sendable, Equatable {
    /// Length of the vectors.
    public let dimensions: Int
    /// Hidden units of the towers.
    public let itemHidden: Int
    public let userHidden: Int
    /// Items with an embedding of their own.
    public let items: Int
    /// Tokens of items and of users.
    public let itemTokens: Int
    public let userTokens: Int

    /// All tensors.
    public let layout: ParameterLayout
    /// An embedding for each item, and its bias.
    public let itemEmbeddings: ParameterLayout.Tensor
    public let itemBiases: ParameterLayout.Tensor
    /// The same for each token of items.
    public let tokenEmbeddings: ParameterLayout.Tensor
    public let tokenBiases: ParameterLayout.Tensor
    /// The item tower's hidden layer, its bias, and the way back.
    public let itemLayer1: ParameterLayout.Tensor
    public let itemBias1: ParameterLayout.Tensor
    public let itemLayer2: ParameterLayout.Tensor
    /// An embedding for each token of users, and the constant part of every user: who is not known is just that.
    public let userTokenEmbeddings: ParameterLayout.Tensor
    public let userConstant: ParameterLayout.Tensor
    /// How much of the long and of the short average goes straight to the output, by dimension.
    public let userGates: ParameterLayout.Tensor
    /// The user tower's hidden layer over long average, short average and constant, its bias, and the way back.
    public let userLayer1: ParameterLayout.Tensor
    public let userBias1: ParameterLayout.Tensor
    public let userLayer2: ParameterLayout.Tensor

    /// A shape; hidden sizes and dimensions at least 1.
    public init(dimensions: Int, itemHidden: Int, userHidden: Int, items: Int, itemTokens: Int, userTokens: Int) {
        precondition(dimensions >= 1 && itemHidden >= 1 && userHidden >= 1, "sizes are at least 1")
        self.dimensions = dimensions
        self.itemHidden = itemHidden
        self.userHidden = userHidden
        self.items = items
        self.itemTokens = itemTokens
        self.userTokens = userTokens
        var layout = ParameterLayout()
        itemEmbeddings = layout.append("item.embeddings", rows: items, columns: dimensions)
        itemBiases = layout.append("item.biases", rows: items, columns: 1)
        tokenEmbeddings = layout.append("item.token_embeddings", rows: itemTokens, columns: dimensions)
        tokenBiases = layout.append("item.token_biases", rows: itemTokens, columns: 1)
        itemLayer1 = layout.append("item.layer1", rows: itemHidden, columns: dimensions)
        itemBias1 = layout.append("item.bias1", rows: itemHidden, columns: 1)
        itemLayer2 = layout.append("item.layer2", rows: dimensions, columns: itemHidden)
        userTokenEmbeddings = layout.append("user.token_embeddings", rows: userTokens, columns: dimensions)
        userConstant = layout.append("user.constant", rows: dimensions, columns: 1)
        userGates = layout.append("user.gates", rows: 2, columns: dimensions)
        userLayer1 = layout.append("user.layer1", rows: userHidden, columns: 3 * dimensions)
        userBias1 = layout.append("user.bias1", rows: userHidden, columns: 1)
        userLayer2 = layout.append("user.layer2", rows: dimensions, columns: userHidden)
        self.layout = layout
    }
}
