public import Domain

/// The recall model: a tower over items, a tower over users, one score of both.
///
/// An item is its embedding plus the mean of its tokens' embeddings, then a residual layer, then scaled to length 1; an
/// item that training did not know works through its tokens alone. A user is the weighted sum of the history's item
/// embeddings (twice: everything, and what was last, see ``HistoryPooling``), a constant, the mean of the user's
/// tokens, then a residual layer and length 1. The score of both is `cos / temperature + bias`, the logit of a softmax
/// over all items (Yi et al., Sampling-bias-corrected neural modeling, RecSys 2019); a user vector comes out already
/// divided by the temperature, so that a score is one dot product plus the item's bias.
public struct TwoTowerModel: Sendable {
    /// Sizes and the place of each tensor.
    public let shape: TwoTowerShape
    /// What cosines are divided by.
    public let temperature: Float
    /// How histories are averaged.
    public let pooling: HistoryPooling
    /// Ids of the items that have an embedding, by row.
    public let items: Vocabulary
    /// Tokens of items and of users, by row.
    public let itemTokens: Vocabulary
    public let userTokens: Vocabulary
    /// All parameters, as ``TwoTowerShape/layout`` says.
    public let parameters: [Float]

    /// A model of given parameters; sizes must fit.
    public init(
        shape: TwoTowerShape, temperature: Float, pooling: HistoryPooling, items: Vocabulary, itemTokens: Vocabulary,
        userTokens: Vocabulary, parameters: [Float]
    ) {
        precondition(
            parameters.count == shape.layout.count && items.count == shape.items
                && itemTokens.count == shape.itemTokens && userTokens.count == shape.userTokens,
            "parameters of another shape")
        self.shape = shape
        self.temperature = temperature
        self.pooling = pooling
        self.items = items
        self.itemTokens = itemTokens
        self.userTokens = userTokens
        self.parameters = parameters
    }

    /// Length of the vectors.
    public var dimensions: Int { shape.dimensions }

    /// What the item tower takes of an item of the catalogue.
    public func input(for item: Item) -> ItemInput {
        ItemInput(row: items.row(of: item.id), tokens: itemTokens.rows(of: item.tokens))
    }
}
