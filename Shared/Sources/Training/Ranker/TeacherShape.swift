import Models

/// Sizes of a ``TeacherNetwork``, and with them the place of each of its tensors.
struct TeacherShape: Sendable, Equatable {
    let dimensions: Int
    let features: Int
    /// Items, and the length of the vector that each has here; 0 for none.
    let items: Int
    let embedding: Int
    /// Cross layers and the rank of each.
    let crosses: Int
    let rank: Int
    /// Units of the deep part's layers.
    let deep: [Int]
    let heads: Int

    /// Length of a row: user's vector, item's vector, the item's own embedding, dense features.
    var width: Int { 2 * dimensions + embedding + features }

    let layout: ParameterLayout
    let embeddings: ParameterLayout.Tensor
    let crossLayers: [(down: DenseUnit, up: DenseUnit, bias: ParameterLayout.Tensor)]
    let deepLayers: [(unit: DenseUnit, bias: ParameterLayout.Tensor)]
    /// The heads over the last cross layer and over the last deep one.
    let crossOutput: DenseUnit
    let deepOutput: DenseUnit?

    init(
        dimensions: Int, features: Int, items: Int, embedding: Int, crosses: Int, rank: Int, deep: [Int], heads: Int
    ) {
        (self.dimensions, self.features, self.items, self.embedding) = (dimensions, features, items, embedding)
        (self.crosses, self.rank, self.deep, self.heads) = (crosses, rank, deep, heads)
        let width = 2 * dimensions + embedding + features
        var layout = ParameterLayout()
        embeddings = layout.append("embeddings", rows: embedding > 0 ? items : 0, columns: max(1, embedding))
        crossLayers = (0..<crosses).map {
            (
                down: DenseUnit(weights: layout.append("cross\($0).down", rows: rank, columns: width)),
                up: DenseUnit(weights: layout.append("cross\($0).up", rows: width, columns: rank)),
                bias: layout.append("cross\($0).bias", rows: width, columns: 1)
            )
        }
        var inputs = width
        var layers: [(unit: DenseUnit, bias: ParameterLayout.Tensor)] = []
        for (place, outputs) in deep.enumerated() {
            layers.append(
                (
                    unit: DenseUnit(weights: layout.append("deep\(place)", rows: outputs, columns: inputs)),
                    bias: layout.append("deep\(place).bias", rows: outputs, columns: 1)
                ))
            inputs = outputs
        }
        deepLayers = layers
        crossOutput = DenseUnit(weights: layout.append("cross_output", rows: heads, columns: width))
        deepOutput =
            deep.isEmpty ? nil : DenseUnit(weights: layout.append("deep_output", rows: heads, columns: inputs))
        self.layout = layout
    }

    static func == (a: TeacherShape, b: TeacherShape) -> Bool { a.layout == b.layout }
}
