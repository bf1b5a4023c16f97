import Models

/// Sizes of a ``StudentNetwork``, and with them the place of each of its tensors.
struct StudentShape: Sendable, Equatable {
    let dimensions: Int
    let features: Int
    /// Units of the two hidden layers.
    let hidden: [Int]

    let layout: ParameterLayout
    /// The first layer over the user's vector and over the item's.
    let userLayer: DenseUnit
    let itemLayer: DenseUnit
    let bias1: ParameterLayout.Tensor
    /// The second layer over the first one's units and over the dense features.
    let layer2: DenseUnit
    let denseLayer: DenseUnit
    let bias2: ParameterLayout.Tensor
    let output: DenseUnit
    /// How much of each dense feature goes straight to the score: the recall score's is what a ranker starts from.
    let direct: DenseUnit

    init(dimensions: Int, features: Int, hidden: [Int]) {
        precondition(hidden.count == 2, "a student has two hidden layers")
        (self.dimensions, self.features, self.hidden) = (dimensions, features, hidden)
        var layout = ParameterLayout()
        userLayer = DenseUnit(weights: layout.append("user_layer", rows: hidden[0], columns: dimensions))
        itemLayer = DenseUnit(weights: layout.append("item_layer", rows: hidden[0], columns: dimensions))
        bias1 = layout.append("bias1", rows: hidden[0], columns: 1)
        layer2 = DenseUnit(weights: layout.append("layer2", rows: hidden[1], columns: hidden[0]))
        denseLayer = DenseUnit(weights: layout.append("dense_layer", rows: hidden[1], columns: features))
        bias2 = layout.append("bias2", rows: hidden[1], columns: 1)
        output = DenseUnit(weights: layout.append("output", rows: 1, columns: hidden[1]))
        direct = DenseUnit(weights: layout.append("direct", rows: 1, columns: features))
        self.layout = layout
    }

    static func == (a: StudentShape, b: StudentShape) -> Bool { a.layout == b.layout }
}
