/// Takes whole neurons out of a network's hidden layers.
struct NeuronPruning {
    let schema: ClickSchema
    /// A value for each neuron of each hidden layer.
    let importances: [[Float]]

    /// The network with the most important neurons only, at most `widths` a layer: those that stay keep their weights.
    func prune(
        _ shape: ClickNetworkShape, _ parameters: [Float], to widths: [Int]
    ) -> (shape: ClickNetworkShape, parameters: [Float]) {
        precondition(widths.count == shape.layers.count && importances.count == widths.count, "a width for each layer")
        let kept = NeuronSelection.kept(importances, widths: widths)
        let smaller = ClickNetworkShape(
            schema: schema, factors: shape.factors, hidden: kept.map(\.count), sideBlocks: shape.sideBlocks,
            hasHistory: shape.historyItems > 0)
        var rest = Array(parameters[shape.embedding])
        for (place, layer) in shape.layers.enumerated() {
            let inputs = place == 0 ? Array(0..<layer.inputs) : kept[place - 1]
            for output in kept[place] {
                rest += inputs.map { parameters[layer.weights.lowerBound + output * layer.inputs + $0] }
            }
            rest += kept[place].map { parameters[layer.biases.lowerBound + $0] }
        }
        rest += (kept.last ?? []).map { parameters[shape.output.lowerBound + $0] }
        rest.append(parameters[shape.offset])
        return (smaller, rest)
    }
}
