import Kernels
import Models

/// A ``QuantisedRanker`` as a graph with QuantizeLinear and DequantizeLinear (QDQ) around its layers in int8, and with the steps in
/// which serving rounds the halves of the first layer, see ``SplitMLP``: whole numbers in floats, which hold them exactly.
///
/// Constants are the ranker's parameters as they are. Those that the graph holds in another form only stand in its properties
/// too, so that the ranker can be taken back as it was.
enum QuantisedRankerGraph {
    /// Properties: lists of numbers, each as the shortest text that means it.
    enum Property {
        static let userScale = "cascade.user_scale"
        static let limits = "cascade.limits"
        static let lows = "cascade.feature_lows"
        static let highs = "cascade.feature_highs"
    }

    /// Names of the constants that are parameters.
    enum Constant {
        static let userLayer = "user_layer.weights"
        static let bias1 = "user_layer.biases"
        static let itemLayer = "item_layer.weights"
        static let layer2 = "layer2.weights"
        static let layer2Scales = "layer2.scales"
        /// With their sign turned.
        static let bias2 = "layer2.biases_turned"
        static let output = "output.weights"
        static let outputScales = "output.scales"
        static let direct = "direct.weights"
    }

    static func graph(_ parameters: QuantisedRanker.Parameters, _ given: [String: String]) -> Graph {
        var properties = RankerInputs.properties(given, features: parameters.features)
        properties[Property.userScale] = "\(parameters.userScale)"
        properties[Property.limits] = text(parameters.limits)
        properties[Property.lows] = text(parameters.lows)
        properties[Property.highs] = text(parameters.highs)
        var builder = GraphBuilder(name: "ranker", properties: properties)
        let inputs = RankerInputs(
            dimensions: parameters.dimensions, features: parameters.features.count, in: &builder)
        let step = Activations(limit: parameters.limits[0]).scale

        let first = firstLayer(parameters, inputs, step, &builder)
        let features = featureSteps(parameters, inputs.features, &builder)
        let row = builder.apply("Concat", first, features, attributes: ["axis": .integer(1)])
        let bytes = builder.asBytes(builder.apply("Mul", row, builder.number(step)), "hidden1", step: step)
        // Biases are subtracted with their sign turned: ones that are added, ONNX Runtime rounds to steps of the products.
        let second = builder.apply(
            "Sub", builder.apply("MatMul", bytes, builder.matrix("layer2", parameters.layer2)),
            builder.constant(Constant.bias2, [parameters.hidden2], parameters.bias2.map { -$0 }))
        let limited = builder.apply("Clip", second, builder.number(0), builder.number(max(parameters.limits[1], 0)))
        let hidden2 = builder.asBytes(limited, "hidden2", step: Activations(limit: parameters.limits[1]).scale)
        let output = builder.apply("MatMul", hidden2, builder.matrix("output", parameters.output))
        RankerInputs.finish(
            output, builder.dense(inputs.features, "direct", parameters.direct, outputs: 1), in: &builder)
        return builder.graph
    }

    private static func text(_ numbers: [Float]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }

    /// The first layer's activations, in steps from 0 to 127.
    private static func firstLayer(
        _ parameters: QuantisedRanker.Parameters, _ inputs: RankerInputs, _ step: Float, _ builder: inout GraphBuilder
    ) -> String {
        let unit = SplitMLP.userUnit
        let (least, most) = (builder.number(Float(Int16.min)), builder.number(Float(Int16.max)))
        // 64ths of a step, 16 bits.
        let units = builder.number(unit / step)
        let userLayer = builder.constant(
            Constant.userLayer, [parameters.hidden1, parameters.dimensions], parameters.userLayer)
        let scaled = builder.apply("Mul", userLayer, builder.number(parameters.userScale))
        let bias1 = builder.constant(Constant.bias1, [parameters.hidden1], parameters.bias1)
        let user = builder.apply(
            "Gemm", inputs.users, builder.apply("Mul", scaled, units), builder.apply("Mul", bias1, units),
            attributes: ["transB": .integer(1)])
        let userHalf = builder.apply("Round", builder.apply("Clip", user, least, most))
        // An item's row as bytes with a factor in 1/8192 of a step.
        let item = builder.apply(
            "Div", builder.dense(inputs.items, "item_layer", parameters.itemLayer, outputs: parameters.hidden1),
            builder.number(step))
        let highest = builder.apply(
            "ReduceMax", builder.apply("Abs", item), attributes: ["axes": .integers([1]), "keepdims": .integer(1)])
        let fine = builder.number(SplitMLP.itemUnit)
        let wanted = builder.apply("Mul", builder.apply("Div", highest, builder.number(127)), fine)
        let factor = builder.apply("Clip", builder.apply("Ceil", wanted), builder.number(1), most)
        let steps = builder.apply("Round", builder.apply("Div", builder.apply("Mul", item, fine), factor))
        let itemBytes = builder.apply("Clip", steps, builder.number(-127), builder.number(127))
        // (256·byte·factor + 2^14) >> 15, as (byte·factor + 64) / 128.
        let product = builder.apply("Add", builder.apply("Mul", itemBytes, factor), builder.number(64))
        let itemHalf = builder.apply("Floor", builder.apply("Div", product, builder.number(128)))
        let rounding = builder.apply("Clip", builder.apply("Add", userHalf, builder.number(unit / 2)), least, most)
        let sum = builder.apply("Clip", builder.apply("Add", rounding, itemHalf), least, most)
        return builder.apply(
            "Clip", builder.apply("Floor", builder.apply("Div", sum, builder.number(unit))), builder.number(0),
            builder.number(Float(Activations.highest)))
    }

    /// The features between their ends, in steps from 0 to 127.
    private static func featureSteps(
        _ parameters: QuantisedRanker.Parameters, _ features: String, _ builder: inout GraphBuilder
    ) -> String {
        let bytes = FeatureBytes(lows: parameters.lows, highs: parameters.highs)
        let scaled = builder.apply("Mul", features, builder.constant("feature_factors", [bytes.count], bytes.factors))
        let moved = builder.apply("Add", scaled, builder.constant("feature_offsets", [bytes.count], bytes.offsets))
        return builder.apply(
            "Round",
            builder.apply("Clip", moved, builder.number(0), builder.number(Float(Activations.highest))))
    }
}

extension GraphBuilder {
    /// Values as bytes and back.
    fileprivate mutating func asBytes(_ values: String, _ name: String, step: Float) -> String {
        let scale = constant("\(name).scale", [], [step])
        let zero = constant(Tensor(name: "\(name).zero", dims: [], .unsignedBytes([0])))
        return apply("DequantizeLinear", apply("QuantizeLinear", values, scale, zero), scale, zero)
    }

    /// An int8 matrix with a scale an output, its outputs as columns.
    fileprivate mutating func matrix(_ name: String, _ matrix: QuantisedMatrix) -> String {
        let (rows, columns) = (matrix.rows, matrix.columns)
        let turned = (0..<columns).flatMap { column in (0..<rows).map { matrix.bytes[$0 * columns + column] } }
        let bytes = constant(Tensor(name: "\(name).weights", dims: [columns, rows], .bytes(turned)))
        let scales = constant("\(name).scales", [rows], matrix.scales)
        let zeros = constant(
            Tensor(name: "\(name).zeros", dims: [rows], .bytes([Int8](repeating: 0, count: rows))))
        return apply("DequantizeLinear", bytes, scales, zeros, attributes: ["axis": .integer(1)])
    }
}
