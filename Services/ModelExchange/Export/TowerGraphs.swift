import Models

/// The towers of a ``TwoTowerModel`` as graphs.
///
/// Tables have one more row than the vocabulary, of zeros, for items and tokens that are not known; a token's share is one over
/// the number of the item's (or user's) known tokens.
enum TowerGraphs {
    /// `item_rows [items]`, `token_rows` and `token_shares [items, tokens]` give `inputs` and `vectors [items, dimensions]` and
    /// `biases [items]`.
    static func items(_ model: TwoTowerModel, _ properties: [String: String]) -> Graph {
        let (shape, width) = (model.shape, model.dimensions)
        var properties = properties
        properties["cascade.unknown_item_row"] = "\(shape.items)"
        properties["cascade.unknown_token_row"] = "\(shape.itemTokens)"
        var builder = GraphBuilder(name: "item tower", properties: properties)
        let rows = builder.input("item_rows", .integer, [.open("items")])
        let tokens = builder.input("token_rows", .integer, [.open("items"), .open("tokens")])
        let shares = builder.input("token_shares", .float, [.open("items"), .open("tokens")])

        let own = builder.apply(
            "Gather", builder.table("item_embeddings", model.values(of: shape.itemEmbeddings), width), rows)
        let others = builder.tokenSum(
            builder.table("token_embeddings", model.values(of: shape.tokenEmbeddings), width), tokens, shares)
        let inputs = builder.apply("Add", own, others)
        let ownBias = builder.apply("Gather", builder.table("item_biases", model.values(of: shape.itemBiases)), rows)
        let otherBiases = builder.apply(
            "Mul",
            builder.apply("Gather", builder.table("token_biases", model.values(of: shape.tokenBiases)), tokens), shares)
        let biases = builder.apply(
            "Add", ownBias,
            builder.apply("ReduceSum", otherBiases, builder.axes(1), attributes: ["keepdims": .integer(0)]))
        let hidden = builder.dense(
            inputs, "layer1", model.values(of: shape.itemLayer1), outputs: shape.itemHidden,
            biases: model.values(of: shape.itemBias1), relu: true)
        let back = builder.dense(hidden, "layer2", model.values(of: shape.itemLayer2), outputs: width)
        let vectors = builder.unitLength(builder.apply("Add", inputs, back))

        builder.output(inputs, as: "inputs", [.open("items"), .fixed(width)])
        builder.output(vectors, as: "vectors", [.open("items"), .fixed(width)])
        builder.output(biases, as: "biases", [.open("items")])
        return builder.graph
    }

    /// `history [users, entries, dimensions]`, the item tower's `inputs` of what a user has had, `long_weights` and
    /// `short_weights [users, entries]`, see `HistoryPooling`, and the user's tokens give `vectors [users, dimensions]`, of
    /// length 1 / temperature: their products with items' vectors, plus biases, are the scores.
    static func users(_ model: TwoTowerModel, _ properties: [String: String]) -> Graph {
        let (shape, width) = (model.shape, model.dimensions)
        var properties = properties
        properties["cascade.unknown_token_row"] = "\(shape.userTokens)"
        var builder = GraphBuilder(name: "user tower", properties: properties)
        let history = builder.input("history", .float, [.open("users"), .open("entries"), .fixed(width)])
        let longWeights = builder.input("long_weights", .float, [.open("users"), .open("entries")])
        let shortWeights = builder.input("short_weights", .float, [.open("users"), .open("entries")])
        let tokens = builder.input("token_rows", .integer, [.open("users"), .open("tokens")])
        let shares = builder.input("token_shares", .float, [.open("users"), .open("tokens")])

        let long = builder.weightedSum(history, longWeights)
        let short = builder.weightedSum(history, shortWeights)
        let constant = builder.apply(
            "Add", builder.constant("constant", [width], model.values(of: shape.userConstant)),
            builder.tokenSum(
                builder.table("token_embeddings", model.values(of: shape.userTokenEmbeddings), width), tokens, shares))
        let hidden = builder.dense(
            builder.apply("Concat", long, short, constant, attributes: ["axis": .integer(1)]), "layer1",
            model.values(of: shape.userLayer1), outputs: shape.userHidden, biases: model.values(of: shape.userBias1),
            relu: true)
        let gates = model.values(of: shape.userGates)
        let longPart = builder.apply("Mul", long, builder.constant("long_gate", [width], Array(gates[..<width])))
        let shortPart = builder.apply("Mul", short, builder.constant("short_gate", [width], Array(gates[width...])))
        let straight = builder.apply("Add", builder.apply("Add", longPart, shortPart), constant)
        let back = builder.dense(hidden, "layer2", model.values(of: shape.userLayer2), outputs: width)
        let unit = builder.unitLength(builder.apply("Add", straight, back))

        builder.output(
            builder.apply("Mul", unit, builder.number(1 / model.temperature)), as: "vectors",
            [.open("users"), .fixed(width)])
        return builder.graph
    }
}

extension TwoTowerModel {
    fileprivate func values(of tensor: ParameterLayout.Tensor) -> [Float] { Array(parameters[tensor.range]) }
}

extension GraphBuilder {
    /// Rows of `width` values and one of zeros; without a width, single numbers.
    fileprivate mutating func table(_ name: String, _ values: [Float], _ width: Int? = nil) -> String {
        let padded = values + [Float](repeating: 0, count: width ?? 1)
        return constant(name, width.map { [padded.count / $0, $0] } ?? [padded.count], padded)
    }

    /// The sum of rows of a table times their shares: [items, width].
    fileprivate mutating func tokenSum(_ table: String, _ rows: String, _ shares: String) -> String {
        let weights = apply("Unsqueeze", shares, axes(2))
        return apply(
            "ReduceSum", apply("Mul", apply("Gather", table, rows), weights), axes(1),
            attributes: ["keepdims": .integer(0)])
    }

    /// [users, entries, width] and [users, entries] make [users, width].
    fileprivate mutating func weightedSum(_ rows: String, _ weights: String) -> String {
        apply("Squeeze", apply("MatMul", apply("Unsqueeze", weights, axes(1)), rows), axes(1))
    }

    /// Rows scaled to length one; zeros stay zeros.
    fileprivate mutating func unitLength(_ rows: String) -> String {
        let squares = apply("ReduceSum", apply("Mul", rows, rows), axes(1), attributes: ["keepdims": .integer(1)])
        return apply("Div", rows, apply("Max", apply("Sqrt", squares), number(1e-12)))
    }
}

extension GraphBuilder {
    /// A dense layer with weights of `outputs` rows.
    mutating func dense(
        _ input: String, _ name: String, _ weights: [Float], outputs: Int, biases: [Float]? = nil, relu: Bool = false
    ) -> String {
        let matrix = constant("\(name).weights", [outputs, weights.count / outputs], weights)
        let result: String
        if let biases {
            result = apply(
                "Gemm", input, matrix, constant("\(name).biases", [outputs], biases),
                attributes: ["transB": .integer(1)])
        } else {
            result = apply("Gemm", input, matrix, attributes: ["transB": .integer(1)])
        }
        return relu ? apply("Relu", result) : result
    }
}
