import Domain
@testable import ModelExchange
import Models
import Testing

/// The format, and what goes out and comes in again.
@Suite struct ONNXTests {
    @Test("A graph is read as it was written")
    func roundTrip() throws {
        var builder = GraphBuilder(name: "all", properties: [:])
        let input = builder.input("x", .float, [.open("rows"), .fixed(3)])
        let bytes = builder.constant(Tensor(name: "b", dims: [2], .bytes([-127, 4])))
        let counts = builder.constant(Tensor(name: "u", dims: [1], .unsignedBytes([255])))
        let sum = builder.apply(
            "Odd", input, bytes, counts, builder.axes(1), builder.number(0.5),
            attributes: [
                "f": .float(0), "i": .integer(0), "n": .integers([3, -1]),
                "t": .tensor(
                    Tensor(name: "", dims: [0], .floats([]))),
            ])
        builder.output(sum, as: "y", [.open("rows")])
        #expect(try Graph(decoding: builder.graph.encoded()) == builder.graph)
    }

    @Test("A float ranker that was exported scores the same once it is imported", arguments: [1, 2, 3] as [UInt64])
    func ranker(seed: UInt64) throws {
        let world = SmallWorld(seed: seed)
        let native = world.floatRanker()
        let file = try #require(world.export(.float(native)))
        let imported = try ImportedRanker(file, dimensions: world.dimensions).ranker
        let (expected, scores) = (world.scores(.float(native)), world.scores(imported))
        for (one, other) in zip(expected, scores) { #expect(abs(one - other) < 1e-4) }
        #expect(Set(expected).count > 10)
    }

    @Test("A ranker as other tools write it: MatMul and Add, weights in the middle, inputs in another order")
    func foreign() throws {
        let world = SmallWorld(seed: 4)
        let native = world.floatRanker()
        let (shape, width) = (native.shape, world.dimensions)
        func values(_ tensor: ParameterLayout.Tensor) -> [Float] { Array(native.parameters[tensor.range]) }
        var builder = GraphBuilder(name: "foreign", properties: [:])
        let features = builder.input("features", .float, [.open("n"), .fixed(shape.features)])
        let items = builder.input("item_vectors", .float, [.open("n"), .open("d")])
        let users = builder.input("user_vectors", .float, [.open("n"), .fixed(width)])
        func turned(_ values: [Float], _ rows: Int) -> [Float] {
            let columns = values.count / rows
            return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
        }
        func layer(_ x: String, _ name: String, _ weights: [Float], _ outputs: Int) -> String {
            let matrix = builder.constant(name, [weights.count / outputs, outputs], turned(weights, outputs))
            return builder.apply("MatMul", x, matrix)
        }
        let normalised = builder.apply(
            "Div", builder.apply("Sub", features, builder.constant("m", [shape.features], values(shape.featureMeans))),
            builder.constant("s", [shape.features], values(shape.featureScales).map { 1 / $0 }))
        let ofUser = builder.apply(
            "Mul", layer(users, "u", values(shape.userLayer), shape.hidden1), builder.number(native.userScale))
        let ofBoth = builder.apply("Add", ofUser, layer(items, "i", values(shape.itemLayer), shape.hidden1))
        let all = builder.apply("Add", layer(normalised, "f", values(shape.denseLayer), shape.hidden1), ofBoth)
        let hidden1 = builder.apply(
            "Relu", builder.apply("Add", builder.constant("b1", [1, shape.hidden1], values(shape.bias1)), all))
        let hidden2 = builder.apply(
            "Relu",
            builder.apply(
                "Add", layer(hidden1, "l2", values(shape.layer2), shape.hidden2),
                builder.constant("b2", [shape.hidden2], values(shape.bias2))))
        let straight = layer(
            features, "d", zip(values(shape.direct), values(shape.featureScales)).map { $0 * $1 }, 1)
        builder.output(
            builder.apply("Add", layer(hidden2, "o", values(shape.output), 1), straight), as: "logit",
            [.open("n"), .fixed(1)])
        let imported = try ImportedRanker(builder.graph.encoded(), dimensions: width).ranker
        for (one, other) in zip(world.scores(.float(native)), world.scores(imported)) {
            #expect(abs(one - other) < 1e-4)
        }
    }

    @Test("Exports have the files of what the bundle holds")
    func files() throws {
        let world = SmallWorld(seed: 5)
        #expect(
            ExportedModels(world.bundle(nil)).files.map(\.name) == ["item-tower.onnx", "user-tower.onnx"])
        let names = ExportedModels(world.bundle(.int8(world.quantisedRanker()))).files.map(\.name)
        #expect(names == ["item-tower.onnx", "user-tower.onnx", "ranker.onnx"])
        let graph = try Graph(decoding: try #require(world.export(.int8(world.quantisedRanker()))))
        #expect(graph.nodes.count { $0.operation == "QuantizeLinear" } == 2)
        #expect(graph.nodes.count { $0.operation == "DequantizeLinear" } == 4)
    }

    @Test("Files that are cut off anywhere are refused, files that are changed are refused or read: nothing traps")
    func damaged() throws {
        let world = SmallWorld(seed: 7)
        let file = try #require(world.export(.float(world.floatRanker())))
        #expect(world.refusal(of: file).isEmpty)
        for length in 0..<file.count { #expect(!world.refusal(of: Array(file[..<length])).isEmpty) }
        var random = SplitMix64(seed: 8)
        for _ in 0..<2_000 {
            var changed = file
            changed[Int.random(in: 0..<file.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            _ = try? ImportedRanker(changed, dimensions: world.dimensions)
        }
    }

    @Test("A file of another tool, with what it says of itself behind the graph, lacks it where it is cut off before")
    func cutBehindGraph() throws {
        let world = SmallWorld(seed: 7)
        let file = try #require(world.export(.float(world.floatRanker())))
        // Field 7, the graph, tells its length in 7 bits a byte and is what the file ends with.
        let start = try #require(
            file.indices.first { place in
                guard file[place] == 0x3A, let end = file[(place + 1)...].firstIndex(where: { $0 < 0x80 }) else {
                    return false
                }
                let length = file[(place + 1)...end].reversed().reduce(0) { $0 << 7 | Int($1 & 0x7F) }
                return end + 1 + length == file.count
            })
        let turned = Array(file[start...]) + Array(file[..<start])
        #expect(world.refusal(of: turned).isEmpty)
        #expect(world.refusal(of: Array(file[start...])).contains("opset_import"))
    }

    @Test("Rankers that do not fit are refused with what is wrong")
    func misfits() throws {
        let world = SmallWorld(seed: 9)
        let file = try #require(world.export(.float(world.floatRanker())))
        #expect(world.refusal(of: file, dimensions: world.dimensions + 1).contains("values a row"))
        func changed(_ change: (inout Graph) -> Void) throws -> String {
            var graph = try Graph(decoding: file)
            change(&graph)
            return world.refusal(of: graph.encoded())
        }
        #expect(try changed { $0.inputs[0].name = "who" }.contains("no input 'user_vectors'"))
        #expect(try changed { $0.outputs = [] }.contains("0 outputs"))
        #expect(try changed { $0.nodes.removeAll { $0.operation == "Relu" } }.contains("does not come from the inputs"))
        #expect(
            try changed { graph in
                for i in graph.nodes.indices where graph.nodes[i].operation == "Relu" {
                    graph.nodes[i].operation = "Identity"
                }
            }.contains("0 hidden layers"))
        #expect(
            try changed { graph in
                let place = graph.constants.firstIndex { $0.name == "layer2.weights" }!
                var values = graph.constants[place].floats!
                values[3] = .nan
                graph.constants[place].content = .floats(values)
            }.contains("not finite"))
        #expect(
            try changed { graph in
                let place = graph.constants.firstIndex { $0.name == "layer2.weights" }!
                graph.constants[place].dims.swapAt(0, 1)
            }.contains("do not fit"))
    }
}
