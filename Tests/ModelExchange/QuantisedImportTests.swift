import Domain
@testable import ModelExchange
import Models
import Testing

/// Rankers in 8 bits: exported ones are taken back, others become rankers in floats.
@Suite struct QuantisedImportTests {
    @Test("An int8 ranker that was exported is taken back bit for bit", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        let world = SmallWorld(seed: seed)
        let native = world.quantisedRanker()
        let file = try #require(world.export(.int8(native)))
        let imported = try ImportedRanker(file, dimensions: world.dimensions)
        guard case .int8(let ranker) = imported.ranker else {
            Issue.record("it has become a ranker in floats")
            return
        }
        #expect(ranker.parameters == native.parameters)
        #expect(world.scores(imported.ranker) == world.scores(.int8(native)))
        let bundle = imported.bundle(on: world.bundle(nil), version: "v2", created: "2020-01-01T00:00:00Z")
        let again = ExportedModels(bundle).files.first { $0.name == "ranker.onnx" }?.bytes
        #expect(try Graph(decoding: try #require(again)).constants == Graph(decoding: file).constants)
    }

    @Test("An exported int8 ranker that was changed is refused with what is wrong")
    func changedExports() throws {
        let world = SmallWorld(seed: 4)
        let file = try #require(world.export(.int8(world.quantisedRanker())))
        #expect(world.refusal(of: file).isEmpty)
        #expect(world.refusal(of: file, dimensions: world.dimensions + 1).contains("values a row"))
        func changed(_ change: (inout Graph) -> Void) throws -> String {
            var graph = try Graph(decoding: file)
            change(&graph)
            return world.refusal(of: graph.encoded())
        }
        func constant(_ name: String, _ change: @escaping (inout Tensor) -> Void) throws -> String {
            try changed { graph in
                for place in graph.constants.indices where graph.constants[place].name == name {
                    change(&graph.constants[place])
                }
            }
        }
        #expect(try changed { $0.constants.removeAll { $0.name == "layer2.weights" } }.contains("lacks the constant"))
        #expect(try changed { $0.properties["cascade.limits"] = "1.5" }.contains("2 finite numbers"))
        #expect(try changed { $0.properties["cascade.limits"] = "1.5,nan" }.contains("2 finite numbers"))
        #expect(try changed { $0.properties["cascade.limits"] = "1.25,2" }.contains("no longer go with"))
        #expect(try changed { $0.properties["cascade.features"] = "age" }.contains("other features"))
        #expect(try changed { $0.nodes[0].operation = "Sub" }.contains("no longer go with"))
        #expect(try constant("layer2.weights") { $0.dims.swapAt(0, 1) }.contains("of sizes"))
        #expect(
            try constant("layer2.weights") { $0.content = .bytes(Array(repeating: -128, count: $0.content.count)) }
                .contains("from -127 to 127"))
        #expect(try constant("layer2.scales") { $0.content = .floats([0, 0, 0, 0]) }.contains("not above 0"))
        #expect(try constant("layer2.scales") { $0.content = .floats([.nan, 1, 1, 1]) }.contains("no finite"))
        #expect(try constant("hidden1.zero") { $0.content = .unsignedBytes([3]) }.contains("no longer go with"))
        for length in 0..<file.count { #expect(!world.refusal(of: Array(file[..<length])).isEmpty) }
    }

    @Test(
        "A ranker that another tool quantised scores as its weights in floats do",
        arguments: [false, true], [false, true])
    func foreign(isPerChannel: Bool, usesGemm: Bool) throws {
        let world = SmallWorld(seed: 5)
        for variant in 0..<16 {
            var foreign = ForeignRanker(world, seed: UInt64(variant))
            (foreign.isPerChannel, foreign.usesGemm) = (isPerChannel, usesGemm)
            (foreign.isSigned, foreign.hasUnsignedWeights) = (variant & 1 != 0, variant & 2 != 0)
            (foreign.keepsRelu, foreign.storesFloats) = (variant & 4 != 0, variant & 8 != 0)
            let imported = try ImportedRanker(foreign.graph.encoded(), dimensions: world.dimensions)
            guard case .float(let ranker) = imported.ranker else {
                Issue.record("a foreign ranker is no exported one")
                return
            }
            #expect(ranker.shape.hidden1 == 7 && ranker.shape.hidden2 == 5)
            let (expected, scores) = (world.scores(.float(foreign.native)), world.scores(imported.ranker))
            for (one, other) in zip(expected, scores) { #expect(abs(one - other) < 1e-4, "variant \(variant)") }
            #expect(Set(expected).count > 10)
        }
    }

    @Test("Weights that are turned before they are multiplied with")
    func turned() throws {
        let world = SmallWorld(seed: 6)
        let foreign = ForeignRanker(world, seed: 1)
        var graph = foreign.graph
        // Gemm with turned weights as MatMul with an operator that turns them.
        let place = try #require(graph.nodes.lastIndex { $0.operation == "Gemm" })
        let weights = graph.nodes[place].inputs[1]
        graph.nodes[place].operation = "MatMul"
        graph.nodes[place].attributes = [:]
        graph.nodes[place].inputs[1] = "turned"
        graph.nodes.insert(Node("Transpose", [weights], ["turned"], ["perm": .integers([1, 0])]), at: place)
        let imported = try ImportedRanker(graph.encoded(), dimensions: world.dimensions)
        for (one, other) in zip(world.scores(.float(foreign.native)), world.scores(imported.ranker)) {
            #expect(abs(one - other) < 1e-4)
        }
    }

    @Test("Quantised files that make no sense are refused with what is wrong")
    func misfits() throws {
        let world = SmallWorld(seed: 7)
        let foreign = ForeignRanker(world, seed: 2)
        #expect(world.refusal(of: foreign.graph.encoded()).isEmpty)
        func changed(_ change: (inout Graph) -> Void) -> String {
            var graph = foreign.graph
            change(&graph)
            return world.refusal(of: graph.encoded())
        }
        func constant(_ name: String, _ content: Tensor.Content, _ dims: [Int]? = nil) -> String {
            changed { graph in
                for place in graph.constants.indices where graph.constants[place].name == name {
                    graph.constants[place].content = content
                    graph.constants[place].dims = dims ?? graph.constants[place].dims
                }
            }
        }
        let channels = [Float](repeating: 0.01, count: 5)
        #expect(constant("w1_scale", .floats([.nan] + channels.dropFirst())).contains("'w1_scale' that is not finite"))
        #expect(constant("w1_scale", .floats([0] + channels.dropFirst())).contains("above 0"))
        #expect(constant("row_scale", .floats([-.infinity])).contains("above 0"))
        #expect(constant("row_scale", .floats([.leastNonzeroMagnitude * 0])).contains("above 0"))
        #expect(constant("w1_scale", .floats(channels + [1]), [6]).contains("zero point 'w1_zero' of another number"))
        #expect(constant("w1_zero", .bytes([0, 0]), [2]).contains("of another number"))
        #expect(constant("w1_zero", .unsignedBytes([0, 0, 0, 0, 0])).contains("another type"))
        #expect(constant("row_zero", .integers([0])).contains("of a type that is not read"))
        #expect(constant("row_zero", .integers32([0])).contains("another type than 8 bits"))
        #expect(constant("w1", .bytes([1, 2, 3]), [1, 3]).contains("whose sizes are"))
        #expect(constant("w1", .integers([Int64](repeating: 1, count: 35))).contains("type"))
        #expect(constant("w1", .bytes([Int8](repeating: 1, count: 40)), [5, 8]).contains("do not fit"))
        #expect(
            changed { $0.constants.removeAll { $0.name == "w1" } }.contains("'w1', which is neither a constant"))
        #expect(changed { $0.constants.removeAll { $0.name == "w1_scale" } }.contains("is no constant"))
        #expect(changed { $0.constants.removeAll { $0.name == "row_zero" } }.contains("is no constant"))
        #expect(
            changed { graph in
                let place = graph.nodes.firstIndex { $0.operation == "DequantizeLinear" }!
                graph.nodes[place].inputs[1] = "hidden0_scale"
            }.contains("another scale or zero point"))
        #expect(
            changed { graph in
                let place = graph.nodes.firstIndex { $0.operation == "QuantizeLinear" }!
                graph.nodes[place].inputs[1] = "w1_scale"
                graph.nodes[place].inputs[2] = "w1_zero"
            }.contains("activations have one scale"))
        #expect(
            changed { graph in
                let place = graph.nodes.firstIndex { $0.outputs[0].hasPrefix("dequantizelinear") }!
                graph.nodes[place].attributes["block_size"] = .integer(16)
            }.contains("a scale a block"))
        #expect(
            changed { graph in
                let place = graph.nodes.firstIndex { $0.operation == "QuantizeLinear" }!
                graph.nodes[place].operation = "DynamicQuantizeLinear"
            }.contains("QDQ"))
        #expect(changed { $0.nodes[1].domain = "com.microsoft" }.contains("QDQ"))
    }

    @Test("Damaged quantised files are refused or read, never trapped on")
    func damaged() throws {
        let world = SmallWorld(seed: 8)
        let own = try #require(world.export(.int8(world.quantisedRanker())))
        var random = SplitMix64(seed: 9)
        for file in [own, ForeignRanker(world, seed: 3).graph.encoded()] {
            for _ in 0..<1_000 {
                var changed = file
                changed[Int.random(in: 0..<file.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                _ = try? ImportedRanker(changed, dimensions: world.dimensions)
            }
        }
    }

    @Test("Small numbers that come in 32 bits each must fit their type")
    func numbersOf32Bits() throws {
        // data_type, int32_data and name of a tensor without dimensions, as the format codes them.
        func tensor(_ type: UInt8, _ number: [UInt8]) throws -> Tensor {
            let bytes = [0x10, type, 0x2A, UInt8(number.count)] + number + [0x42, 1, 0x7A]
            return try bytes.withUnsafeBufferPointer { try Tensor(decoding: $0) }
        }
        let minusOne = [UInt8](repeating: 0xFF, count: 9) + [1]
        #expect(try tensor(2, [0x80, 0x01]) == Tensor(name: "z", dims: [], .unsignedBytes([128])))
        #expect(try tensor(3, minusOne) == Tensor(name: "z", dims: [], .bytes([-1])))
        #expect(try tensor(6, [0xAC, 0x02]) == Tensor(name: "z", dims: [], .integers32([300])))
        #expect(throws: ExchangeError.self) { try tensor(2, [0xAC, 0x02]) }
        #expect(throws: ExchangeError.self) { try tensor(2, minusOne) }
        #expect(throws: ExchangeError.self) { try tensor(3, [0x80, 0x01]) }
    }
}
