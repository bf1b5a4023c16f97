/// Sizes of a ``ClickNetwork`` and where its parameters are in one array.
///
///     deep part's input:  request block … | history | item block …     each of `factors` values
struct ClickNetworkShape: Sendable, Equatable {
    /// A dense layer's parameters.
    struct Layer: Sendable, Equatable {
        let inputs: Int
        let outputs: Int
        /// outputs × inputs.
        let weights: Range<Int>
        let biases: Range<Int>
    }

    /// Length of a vector.
    let factors: Int
    /// Blocks that each side has at most.
    let sideBlocks: Int
    /// Features there are.
    let features: Int
    /// Items that a history may hold; 0 without histories.
    let historyItems: Int
    /// For each feature the block of the deep part's input that its vector is added to.
    let blocks: [Int32]
    /// Blocks of the request, which come first, and of the item, which come last; the history's is between.
    let requestBlocks: Int
    let itemBlocks: Int
    /// A weight a feature.
    let linear: Range<Int>
    /// features × factors.
    let vectors: Range<Int>
    /// historyItems × factors each, see ``ClickHistory``.
    let tastes: Range<Int>
    let presences: Range<Int>
    /// The deep part's layers, first to last, and what its last is multiplied with.
    let layers: [Layer]
    let output: Range<Int>
    /// The constant.
    let offset: Int

    /// Blocks there are.
    var blockCount: Int { requestBlocks + (historyItems > 0 ? 1 : 0) + itemBlocks }
    /// Parameters with the embeddings' decay, then those with the deep part's.
    var embedding: Range<Int> { 0..<presences.upperBound }
    var deep: Range<Int> { presences.upperBound..<offset }
    /// Parameters there are.
    var count: Int { offset + 1 }
    /// Length of the deep part's input.
    var width: Int { blockCount * factors }

    /// - Parameters:
    ///   - hidden: widths of the deep part's layers; none without a deep part.
    ///   - sideBlocks: blocks that each side has at most; fields beyond share the last.
    ///   - hasHistory: whether the user's history is a feature, where the data has users and items.
    init(schema: ClickSchema, factors: Int, hidden: [Int], sideBlocks: Int, hasHistory: Bool) {
        self.factors = factors
        self.sideBlocks = sideBlocks
        features = schema.featureCount
        let items = schema.user == nil ? nil : schema.item.map { schema.fields[$0].range.count }
        historyItems = hasHistory ? items ?? 0 : 0
        let requests = schema.fields.count { !$0.isItem }
        requestBlocks = max(1, min(requests, sideBlocks))
        itemBlocks = max(1, min(schema.fields.count - requests, sideBlocks))
        let firstItem = requestBlocks + (historyItems > 0 ? 1 : 0)
        var (request, item) = (0, 0)
        var ofField: [Int32] = []
        for field in schema.fields {
            if field.isItem {
                ofField.append(Int32(firstItem + min(item, sideBlocks - 1)))
                item += 1
            } else {
                ofField.append(Int32(min(request, sideBlocks - 1)))
                request += 1
            }
        }
        blocks = zip(schema.fields, ofField).flatMap { field, block in field.range.map { _ in block } }
        linear = 0..<features
        vectors = linear.upperBound..<linear.upperBound + features * factors
        tastes = vectors.upperBound..<vectors.upperBound + historyItems * factors
        presences = tastes.upperBound..<tastes.upperBound + historyItems * factors
        var layers: [Layer] = []
        var (inputs, place) = ((firstItem + itemBlocks) * factors, presences.upperBound)
        for outputs in hidden {
            let biases = place + inputs * outputs
            layers.append(
                Layer(
                    inputs: inputs, outputs: outputs, weights: place..<biases, biases: biases..<biases + outputs))
            (inputs, place) = (outputs, biases + outputs)
        }
        self.layers = layers
        output = layers.isEmpty ? place..<place : place..<place + inputs
        offset = output.upperBound
    }
}
