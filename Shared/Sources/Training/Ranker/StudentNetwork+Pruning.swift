import Models

extension StudentNetwork {
    /// The network with some of the neurons of each hidden layer only; those that stay keep their weights.
    func keeping(_ kept: [[Int]]) -> StudentNetwork {
        let smaller = StudentShape(
            dimensions: shape.dimensions, features: shape.features, hidden: kept.map(\.count))
        let network = StudentNetwork(shape: smaller, l2: l2)
        func copy(
            _ from: ParameterLayout.Tensor, to: ParameterLayout.Tensor, rows: [Int]? = nil, columns: [Int]? = nil
        ) {
            for (row, source) in (rows ?? Array(0..<from.rows)).enumerated() {
                for (column, old) in (columns ?? Array(0..<from.columns)).enumerated() {
                    unsafe network.parameters.base[to.offset + row * to.columns + column] =
                        parameters.base[from.offset + source * from.columns + old]
                }
            }
        }
        copy(shape.userLayer.weights, to: smaller.userLayer.weights, rows: kept[0])
        copy(shape.itemLayer.weights, to: smaller.itemLayer.weights, rows: kept[0])
        copy(shape.bias1, to: smaller.bias1, rows: kept[0])
        copy(shape.layer2.weights, to: smaller.layer2.weights, rows: kept[1], columns: kept[0])
        copy(shape.denseLayer.weights, to: smaller.denseLayer.weights, rows: kept[1])
        copy(shape.bias2, to: smaller.bias2, rows: kept[1])
        copy(shape.output.weights, to: smaller.output.weights, columns: kept[1])
        copy(shape.direct.weights, to: smaller.direct.weights)
        return network
    }
}
