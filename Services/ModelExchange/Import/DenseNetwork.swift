/// What a graph of dense layers with ReLU between them computes, found by following its operators.
struct DenseNetwork {
    /// Of a hidden layer: weights, a row an output, over the outputs of the layer before; and biases.
    struct Layer {
        var weights: [Float]
        var biases: [Float]
    }

    /// The hidden layers; the first one's weights are over the inputs.
    private(set) var hidden: [Layer] = []
    /// The graph's output.
    private(set) var output = AffineValue(parts: [:], constants: [])

    private var widths: [Int]
    var values: [String: AffineValue] = [:]
    var constants: [String: Tensor] = [:]
    /// Values that were quantised, by the name of the result: what they were, and how.
    var quantised: [String: (original: String, LinearQuantisation)] = [:]
    /// Names of values that are sums of a layer, with no ReLU behind it so far.
    var sums: Set<String> = []
    /// See ``layerInputs(of:)``.
    let layerInputs: Set<String>

    /// Follows a graph whose inputs have the given widths, in this order.
    ///
    /// - Throws: ``ExchangeError`` for operators that are not those of dense layers, and sizes that do not fit.
    init(_ graph: Graph, inputs: [(name: String, width: Int)], output name: String) throws(ExchangeError) {
        widths = [inputs.reduce(0) { $0 + $1.width }]
        var start = 0
        for input in inputs {
            values[input.name] = .columns(start..<(start + input.width), of: widths[0], level: 0)
            start += input.width
        }
        for tensor in graph.constants { constants[tensor.name] = tensor }
        layerInputs = Self.layerInputs(of: graph.nodes)
        for node in graph.nodes { try follow(node) }
        guard let output = values[name] else {
            throw .invalid("has no output '\(name)' that depends on its inputs")
        }
        self.output = output
    }

    private mutating func follow(_ node: Node) throws(ExchangeError) {
        guard let name = node.outputs.first else { return }
        guard node.domain.isEmpty else { throw unknown(node) }
        switch node.operation {
        case "Constant":
            guard case .tensor(let tensor) = node.attributes["value"] else { throw unknown(node) }
            constants[name] = tensor
        case "Identity", "Dropout", "Squeeze", "Flatten", "Reshape":
            // With rows of their own for every candidate, these keep the numbers of a row and their order.
            if let tensor = constants[try input(node, 0)] {
                constants[name] = tensor
            } else {
                values[name] = try value(node, 0)
            }
        case "Concat": values[name] = try concatenated(node)
        case "Gemm": values[name] = try gemm(node)
        case "MatMul": values[name] = try product(node, turned: false)
        case "Add", "Sub": values[name] = try sum(node, sign: node.operation == "Add" ? 1 : -1)
        case "Mul", "Div": values[name] = try scaled(node, divides: node.operation == "Div")
        case "Relu": values[name] = try relu(try value(node, 0))
        case "QuantizeLinear": try quantise(node, name)
        case "DequantizeLinear": try dequantise(node, name)
        case "Transpose": constants[name] = try turned(node)
        default: throw unknown(node)
        }
        if Self.layers.contains(node.operation) || node.inputs.contains(where: sums.contains), values[name] != nil,
            !["Relu", "DequantizeLinear"].contains(node.operation)
        {
            sums.insert(name)
        }
    }

    static let layers: Set<String> = ["Gemm", "MatMul"]

    private func unknown(_ node: Node) -> ExchangeError {
        if node.domain == "com.microsoft" || Self.integerOperators.contains(node.operation) {
            return .invalid(
                "has the operator \(node.operation), which a ranker cannot have: quantise to 8 bits with QuantizeLinear and "
                    + "DequantizeLinear (QDQ, static), whose types and operators are those of ONNX itself")
        }
        return .invalid(
            "has the operator \(node.operation), which a ranker cannot have: use dense layers (Gemm, MatMul, Add), Relu, "
                + "Concat, and scaling by constants")
    }

    /// Operators of other ways to quantise.
    private static let integerOperators: Set<String> = [
        "QLinearMatMul", "MatMulInteger", "DynamicQuantizeLinear", "QLinearConv", "ConvInteger",
    ]

    func input(_ node: Node, _ place: Int) throws(ExchangeError) -> String {
        guard place < node.inputs.count, !node.inputs[place].isEmpty else {
            throw .invalid("lacks an input of its \(node.operation)")
        }
        return node.inputs[place]
    }

    func value(_ node: Node, _ place: Int) throws(ExchangeError) -> AffineValue {
        let name = try input(node, place)
        guard let value = values[name] else {
            throw .invalid(
                "has a \(node.operation) of '\(name)', which does not come from the inputs or lacks a constant in the file"
            )
        }
        return value
    }

    private func constant(_ node: Node, _ place: Int) throws(ExchangeError) -> Tensor? {
        constants[try input(node, place)]
    }

    func floats(_ tensor: Tensor) throws(ExchangeError) -> [Float] {
        guard let values = tensor.floats else {
            throw .invalid("has tensor '\(tensor.name)' that is not of 32-bit floats")
        }
        guard values.allSatisfy(\.isFinite) else {
            throw .invalid("has a number in tensor '\(tensor.name)' that is not finite: train the model again")
        }
        return values
    }

    private func misfit(_ node: Node) -> ExchangeError {
        .invalid("has a \(node.operation) whose sizes do not fit")
    }

    private func concatenated(_ node: Node) throws(ExchangeError) -> AffineValue {
        guard [1, -1].contains(node.integer("axis", default: 1)) else { throw misfit(node) }
        var parts: [AffineValue] = []
        for place in node.inputs.indices { parts.append(try value(node, place)) }
        return .concatenated(parts, widths: widths)
    }

    private func gemm(_ node: Node) throws(ExchangeError) -> AffineValue {
        guard node.integer("transA", default: 0) == 0 else { throw misfit(node) }
        let factor = node.float("alpha", default: 1)
        let product = try product(node, turned: node.integer("transB", default: 0) != 0).scaled([factor])
        guard node.inputs.count > 2, !node.inputs[2].isEmpty else { return product }
        guard let biases = try constant(node, 2) else { throw misfit(node) }
        let scale = node.float("beta", default: 1)
        return try adding(try floats(biases).map { $0 * scale }, to: product, node)
    }

    /// A value times a constant matrix of `inputs × outputs`, or, turned, of `outputs × inputs`.
    private func product(_ node: Node, turned: Bool) throws(ExchangeError) -> AffineValue {
        let value = try value(node, 0)
        guard let tensor = try constant(node, 1), tensor.dims.count == 2 else { throw misfit(node) }
        let (inputs, outputs) = turned ? (tensor.dims[1], tensor.dims[0]) : (tensor.dims[0], tensor.dims[1])
        guard inputs == value.rows, outputs > 0 else { throw misfit(node) }
        let numbers = try floats(tensor)
        let matrix = turned ? numbers : Self.turned(numbers, columns: outputs)
        return value.multiplied(matrix, outputs: outputs)
    }

    /// Rows as columns.
    private static func turned(_ numbers: [Float], columns: Int) -> [Float] {
        let rows = numbers.count / columns
        return (0..<columns).flatMap { column in (0..<rows).map { numbers[$0 * columns + column] } }
    }

    private func turned(_ node: Node) throws(ExchangeError) -> Tensor {
        guard var tensor = try constant(node, 0), tensor.dims.count == 2, tensor.dims[1] > 0 else {
            throw unknown(node)
        }
        if case .integers([0, 1]) = node.attributes["perm"] { return tensor }
        tensor.content = .floats(Self.turned(try floats(tensor), columns: tensor.dims[1]))
        tensor.dims.swapAt(0, 1)
        return tensor
    }

    private func adding(
        _ numbers: [Float], to value: AffineValue, _ node: Node
    ) throws(ExchangeError) -> AffineValue {
        guard numbers.count == value.rows || numbers.count == 1 else { throw misfit(node) }
        var result = value
        for row in 0..<value.rows { result.constants[row] += numbers[numbers.count == 1 ? 0 : row] }
        return result
    }

    private func sum(_ node: Node, sign: Float) throws(ExchangeError) -> AffineValue {
        if let numbers = try constant(node, 1) {
            return try adding(try floats(numbers).map { $0 * sign }, to: try value(node, 0), node)
        }
        if let numbers = try constant(node, 0) {
            return try adding(try floats(numbers), to: try value(node, 1).scaled([sign]), node)
        }
        guard let sum = try value(node, 0).adding(try value(node, 1).scaled([sign])) else { throw misfit(node) }
        return sum
    }

    private func scaled(_ node: Node, divides: Bool) throws(ExchangeError) -> AffineValue {
        let numbers: Tensor
        let value: AffineValue
        if let given = try constant(node, 1) {
            (numbers, value) = (given, try self.value(node, 0))
        } else if !divides, let given = try constant(node, 0) {
            (numbers, value) = (given, try self.value(node, 1))
        } else {
            throw unknown(node)
        }
        let factors = try floats(numbers).map { divides ? 1 / $0 : $0 }
        guard factors.count == value.rows || factors.count == 1, factors.allSatisfy(\.isFinite) else {
            throw misfit(node)
        }
        return value.scaled(factors)
    }

    /// A hidden layer, and its outputs as a level of their own.
    mutating func relu(_ value: AffineValue) throws(ExchangeError) -> AffineValue {
        let level = hidden.count
        guard value.parts.keys.allSatisfy({ $0 == level }), let weights = value.parts[level] else {
            throw .invalid("has a Relu that is not of the layer before alone: hidden layers must follow one another")
        }
        hidden.append(Layer(weights: weights, biases: value.constants))
        widths.append(value.rows)
        return .columns(0..<value.rows, of: value.rows, level: level + 1)
    }
}
