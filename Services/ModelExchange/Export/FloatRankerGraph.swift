import Models

/// A ``RankerModel`` as a graph.
enum FloatRankerGraph {
    static func graph(_ ranker: RankerModel, _ properties: [String: String]) -> Graph {
        let shape = ranker.shape
        func values(_ tensor: ParameterLayout.Tensor) -> [Float] { Array(ranker.parameters[tensor.range]) }
        var builder = GraphBuilder(
            name: "ranker", properties: RankerInputs.properties(properties, features: ranker.features))
        let inputs = RankerInputs(dimensions: shape.dimensions, features: shape.features, in: &builder)

        let scales = builder.constant("feature_scales", [shape.features], values(shape.featureScales))
        let means = builder.constant("feature_means", [shape.features], values(shape.featureMeans))
        let features = builder.apply("Mul", builder.apply("Sub", inputs.features, means), scales)
        let row = builder.apply(
            "Concat", inputs.users, inputs.items, features, attributes: ["axis": .integer(1)])
        let (width, count) = (shape.dimensions, shape.features)
        let (user, item, dense) = (values(shape.userLayer), values(shape.itemLayer), values(shape.denseLayer))
        var first: [Float] = []
        for unit in 0..<shape.hidden1 {
            first += user[(unit * width)..<((unit + 1) * width)].map { $0 * ranker.userScale }
            first += item[(unit * width)..<((unit + 1) * width)]
            first += dense[(unit * count)..<((unit + 1) * count)]
        }
        let hidden1 = builder.dense(
            row, "layer1", first, outputs: shape.hidden1, biases: values(shape.bias1), relu: true)
        let hidden2 = builder.dense(
            hidden1, "layer2", values(shape.layer2), outputs: shape.hidden2, biases: values(shape.bias2), relu: true)
        let output = builder.dense(hidden2, "output", values(shape.output), outputs: 1)
        // The constant that the means leave is the same for all candidates: serving leaves it out.
        let direct = zip(values(shape.direct), values(shape.featureScales)).map { $0 * $1 }
        RankerInputs.finish(output, builder.dense(inputs.features, "direct", direct, outputs: 1), in: &builder)
        return builder.graph
    }
}
