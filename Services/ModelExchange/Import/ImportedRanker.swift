import Domain
package import Models

/// A ranker that was trained elsewhere, read from an ONNX file.
///
/// The graph takes `user_vectors`, `item_vectors` and `features`, as an exported ranker does, and gives `scores`, a number a row.
/// It has two hidden layers of dense weights with ReLU; the features may go straight to the scores as well. Such a ranker is
/// served in floats, whether its weights are floats or 8 bits. An int8 ranker that was exported is taken back as it was.
package struct ImportedRanker: Sendable {
    package let ranker: ServedRanker

    /// Units that a hidden layer has at most.
    private static let mostUnits = 4_096

    /// - Parameter dimensions: length of the vectors of the two-tower model that it goes with.
    package init(reading path: String, dimensions: Int) throws(ExchangeError) {
        let bytes = try ModelFile.read(path)
        do throws(ExchangeError) {
            try self.init(bytes, dimensions: dimensions)
        } catch {
            throw ExchangeError(error.exitCode, "\(path) \(error.description)")
        }
    }

    /// - Throws: ``ExchangeError``, whose text goes on behind the file's name.
    init(_ bytes: [UInt8], dimensions: Int) throws(ExchangeError) {
        let graph = try Graph(decoding: bytes)
        let features = RankingFeature.specification
        let inputs = [
            (name: RankerInputs.names.users, width: dimensions), (name: RankerInputs.names.items, width: dimensions),
            (name: RankerInputs.names.features, width: features.count),
        ]
        for (name, width) in inputs { try Self.check(graph, name, width) }
        for input in graph.inputs where !inputs.contains(where: { $0.name == input.name }) {
            throw .invalid(
                "has an input '\(input.name)'; a ranker takes \(inputs.map(\.name).joined(separator: ", "))")
        }
        guard graph.outputs.count == 1, let output = graph.outputs.first?.name else {
            throw .invalid("has \(graph.outputs.count) outputs; a ranker has one, a number a row")
        }
        if let parameters = try QuantisedRanker.Parameters(exported: graph, dimensions: dimensions) {
            ranker = .int8(QuantisedRanker(parameters))
        } else {
            let network = try DenseNetwork(graph, inputs: inputs, output: output)
            ranker = .float(try Self.ranker(of: network, dimensions: dimensions, features: features))
        }
    }

    /// A bundle of this ranker and the two-tower model of another bundle, whose data and split stay known.
    ///
    /// - Parameter created: RFC 3339.
    package func bundle(on base: ModelBundle, version: String, created: String) -> ModelBundle {
        ModelBundle(
            version: version, twoTower: base.twoTower, ranker: ranker, links: base.links,
            diversity: base.diversity,
            description: BundleManifest.Description(
                created: created,
                trainingData: "ranker: an ONNX file; two-tower model: version \(base.version), "
                    + base.description.trainingData,
                split: base.description.split, counts: base.description.counts,
                quality: base.description.quality.filter { $0.key.hasPrefix("two-tower.") }))
    }

    private static func check(_ graph: Graph, _ name: String, _ width: Int) throws(ExchangeError) {
        guard let input = graph.inputs.first(where: { $0.name == name }) else {
            throw .invalid("has no input '\(name)'")
        }
        guard input.type == .float, input.dims.count == 2 else {
            throw .invalid("has input '\(name)' of another form than rows of 32-bit floats")
        }
        if case .fixed(let given) = input.dims[1], given != width {
            throw .invalid("takes '\(name)' of \(given) values a row, here they have \(width)")
        }
    }

    private static func ranker(
        of network: DenseNetwork, dimensions: Int, features: [String]
    ) throws(ExchangeError) -> RankerModel {
        let (hidden, output, count) = (network.hidden, network.output, features.count)
        let row = 2 * dimensions + count
        guard hidden.count == 2 else {
            throw .invalid("has \(hidden.count) hidden layers with Relu; a ranker has two")
        }
        guard hidden.allSatisfy({ (1...mostUnits).contains($0.biases.count) }) else {
            throw .invalid("has a hidden layer of more than \(mostUnits) units")
        }
        guard output.rows == 1, output.parts.keys.allSatisfy({ $0 == 2 || $0 == 0 }), let last = output.parts[2] else {
            throw .invalid("gives no number a row that comes from its second hidden layer")
        }
        let straight = output.parts[0] ?? [Float](repeating: 0, count: row)
        guard straight[..<(2 * dimensions)].allSatisfy({ $0 == 0 }) else {
            throw .invalid("adds vectors to the scores without a hidden layer; only features may go straight to them")
        }
        let shape = RankerShape(
            dimensions: dimensions, features: count, hidden1: hidden[0].biases.count, hidden2: hidden[1].biases.count)
        var parameters = [Float](repeating: 0, count: shape.layout.count)
        func write(_ tensor: ParameterLayout.Tensor, _ values: [Float]) {
            for (place, value) in zip(tensor.range, values) { parameters[place] = value }
        }
        func columns(_ range: Range<Int>) -> [Float] {
            (0..<shape.hidden1).flatMap { unit in range.map { hidden[0].weights[unit * row + $0] } }
        }
        write(shape.userLayer, columns(0..<dimensions))
        write(shape.itemLayer, columns(dimensions..<(2 * dimensions)))
        write(shape.denseLayer, columns((2 * dimensions)..<row))
        write(shape.bias1, hidden[0].biases)
        write(shape.layer2, hidden[1].weights)
        write(shape.bias2, hidden[1].biases)
        write(shape.output, last)
        write(shape.direct, Array(straight[(2 * dimensions)...]))
        write(shape.featureScales, [Float](repeating: 1, count: count))
        guard parameters.allSatisfy(\.isFinite) else {
            throw .invalid("has weights that are not finite once its layers are put together: train the model again")
        }
        return RankerModel(shape: shape, features: features, userScale: 1, parameters: parameters)
    }
}
