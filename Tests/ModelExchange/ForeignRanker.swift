import Domain
@testable import ModelExchange
import Models

/// A ranker as a tool that quantises writes it: layers over all inputs together, with QuantizeLinear and DequantizeLinear around
/// weights, biases and activations; and the same in floats.
struct ForeignRanker {
    /// A scale an output instead of one in all.
    var isPerChannel = true
    /// Activations with a sign, their zero in the middle or, behind ReLU, at the low end.
    var isSigned = false
    /// Weights as unsigned bytes with their zero at 128.
    var hasUnsignedWeights = false
    /// Gemm with turned weights and 32-bit biases, or MatMul and Add with biases in floats.
    var usesGemm = true
    /// Relu before what cuts off below 0 anyhow.
    var keepsRelu = false
    /// Weights in floats that the file itself takes to 8 bits and back, as quantisation-aware training leaves them.
    var storesFloats = false

    private let width: Int
    private let features = RankingFeature.count
    private let sizes = (hidden1: 7, hidden2: 5)
    private let seed: UInt64

    init(_ world: SmallWorld, seed: UInt64) {
        width = world.dimensions
        self.seed = seed
    }

    private static let inputScale: Float = 0.0625
    private static let hiddenScale: Float = 0.03

    private func weights(_ layer: Int) -> (values: [Float], rows: Int, columns: Int) {
        let rows = [sizes.hidden1, sizes.hidden2, 1][layer]
        let columns = [2 * width + features, sizes.hidden1, sizes.hidden2][layer]
        var random = SplitMix64(seed: seed &* 100 &+ UInt64(layer))
        return ((0..<(rows * columns)).map { _ in Float.random(in: -0.4...0.4, using: &random) }, rows, columns)
    }

    /// Bytes from -127 to 127, with a scale for each row.
    private func bytes(_ layer: Int) -> (numbers: [Int8], scales: [Float]) {
        let (values, rows, columns) = weights(layer)
        let highest = (0..<rows).map { row in values[(row * columns)..<((row + 1) * columns)].map(\.magnitude).max()! }
        let scales = highest.map { (isPerChannel ? $0 : highest.max()!) / 127 }
        return (values.indices.map { Int8((values[$0] / scales[$0 / columns]).rounded()) }, scales)
    }

    private func biases(_ layer: Int) -> [Float] {
        (0..<weights(layer).rows).map { Float($0 % 3) * 0.1 - 0.05 }
    }

    /// The scales of 32-bit biases: inputs' times weights'.
    private func biasScales(_ layer: Int) -> [Float] {
        bytes(layer).scales.map { $0 * (layer == 0 ? Self.inputScale : Self.hiddenScale) }
    }

    /// What the file means, in floats.
    var native: RankerModel {
        let shape = RankerShape(dimensions: width, features: features, hidden1: sizes.hidden1, hidden2: sizes.hidden2)
        var parameters = [Float](repeating: 0, count: shape.layout.count)
        func write(_ tensor: ParameterLayout.Tensor, _ values: [Float]) {
            for (place, value) in zip(tensor.range, values) { parameters[place] = value }
        }
        let layers = (0..<3).map { layer in
            let (numbers, scales) = bytes(layer)
            let columns = weights(layer).columns
            return numbers.indices.map { Float(numbers[$0]) * scales[$0 / columns] }
        }
        let biases = (0..<2).map { layer in
            let scales = biasScales(layer)
            return usesGemm
                ? zip(self.biases(layer), scales).map { ($0 / $1).rounded() * $1 } : self.biases(layer)
        }
        let row = 2 * width + features
        func columns(_ range: Range<Int>) -> [Float] {
            (0..<sizes.hidden1).flatMap { unit in range.map { layers[0][unit * row + $0] } }
        }
        write(shape.userLayer, columns(0..<width))
        write(shape.itemLayer, columns(width..<(2 * width)))
        write(shape.denseLayer, columns((2 * width)..<row))
        write(shape.bias1, biases[0])
        write(shape.layer2, layers[1])
        write(shape.bias2, biases[1])
        write(shape.output, layers[2])
        write(shape.featureScales, [Float](repeating: 1, count: features))
        return RankerModel(
            shape: shape, features: RankingFeature.specification, userScale: 1, parameters: parameters)
    }

    var graph: Graph {
        var builder = GraphBuilder(name: "foreign", properties: [:])
        let inputs = [("user_vectors", width), ("item_vectors", width), ("features", features)].map { name, count in
            builder.input(name, .float, [.open("n"), .fixed(count)])
        }
        let row = builder.apply(
            "Concat", inputs[0], inputs[1], inputs[2], attributes: ["axis": .integer(1)])
        let middle: Int32 = isSigned ? 0 : 128
        let low: Int32 = isSigned ? -128 : 0
        var x = around(row, "row", Self.inputScale, zero: middle, &builder)
        for layer in 0..<2 {
            x = dense(x, layer, &builder)
            if keepsRelu { x = builder.apply("Relu", x) }
            x = around(x, "hidden\(layer)", Self.hiddenScale, zero: low, &builder)
        }
        let scores = around(dense(x, 2, &builder), "out", 0.1, zero: middle, &builder)
        builder.output(scores, as: "scores", [.open("n"), .fixed(1)])
        return builder.graph
    }

    private func dense(_ x: String, _ layer: Int, _ builder: inout GraphBuilder) -> String {
        let matrix = matrix(layer, &builder)
        let count = weights(layer).rows
        guard usesGemm else {
            let product = builder.apply("MatMul", x, matrix)
            guard layer < 2 else { return product }
            return builder.apply("Add", product, builder.constant("b\(layer)", [count], biases(layer)))
        }
        guard layer < 2 else { return builder.apply("Gemm", x, matrix, attributes: ["transB": .integer(1)]) }
        let scales = biasScales(layer)
        let numbers = zip(biases(layer), scales).map { Int32(($0 / $1).rounded()) }
        let bias = builder.apply(
            "DequantizeLinear",
            builder.constant(Tensor(name: "b\(layer)", dims: [count], .integers32(numbers))),
            builder.constant("b\(layer)_scale", [count], scales), attributes: ["axis": .integer(0)])
        return builder.apply("Gemm", x, matrix, bias, attributes: ["transB": .integer(1)])
    }

    /// Weights of a layer: rows of outputs for Gemm, of inputs for MatMul.
    private func matrix(_ layer: Int, _ builder: inout GraphBuilder) -> String {
        let (numbers, scales) = bytes(layer)
        let (_, rows, columns) = weights(layer)
        func placed<Value>(_ values: [Value]) -> [Value] {
            usesGemm ? values : (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
        }
        let dims = usesGemm ? [rows, columns] : [columns, rows]
        let count = isPerChannel ? rows : 1
        let scale = builder.constant("w\(layer)_scale", isPerChannel ? [rows] : [], Array(scales.prefix(count)))
        let zeros = Tensor(
            name: "w\(layer)_zero", dims: isPerChannel ? [rows] : [],
            hasUnsignedWeights
                ? .unsignedBytes([UInt8](repeating: 128, count: count)) : .bytes([Int8](repeating: 0, count: count)))
        let zero = builder.constant(zeros)
        // Axes may count from the end.
        let axis = ["axis": Node.Attribute.integer(usesGemm ? 0 : -1)]
        let weights: String
        if storesFloats {
            let floats = numbers.indices.map { Float(numbers[$0]) * scales[$0 / columns] }
            weights = builder.apply(
                "QuantizeLinear", builder.constant("w\(layer)", dims, placed(floats)), scale, zero, attributes: axis)
        } else {
            weights = builder.constant(
                Tensor(
                    name: "w\(layer)", dims: dims,
                    hasUnsignedWeights
                        ? .unsignedBytes(placed(numbers).map { UInt8(Int($0) + 128) }) : .bytes(placed(numbers))))
        }
        return builder.apply("DequantizeLinear", weights, scale, zero, attributes: axis)
    }

    private func around(
        _ x: String, _ name: String, _ scale: Float, zero: Int32, _ builder: inout GraphBuilder
    ) -> String {
        let scale = builder.constant("\(name)_scale", [], [scale])
        let zero = builder.constant(
            Tensor(
                name: "\(name)_zero", dims: [],
                isSigned ? .bytes([Int8(zero)]) : .unsignedBytes([UInt8(zero)])))
        return builder.apply(
            "DequantizeLinear", builder.apply("QuantizeLinear", x, scale, zero), scale, zero)
    }
}
