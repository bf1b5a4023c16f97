import Domain
import Models

extension QuantisedRanker.Parameters {
    private typealias Constant = QuantisedRankerGraph.Constant
    private typealias Property = QuantisedRankerGraph.Property

    /// Units that a hidden layer of an int8 ranker has at most.
    private static let mostUnits = 1_024

    /// The parameters of an int8 ranker that ``QuantisedRankerGraph`` wrote, bit for bit; nil for another graph. Weights may
    /// have been changed since, the rest of the graph must be what goes with them.
    ///
    /// - Throws: ``ExchangeError``, whose text goes on behind the file's name.
    init?(exported graph: Graph, dimensions: Int) throws(ExchangeError) {
        guard graph.properties[Property.limits] != nil else { return nil }
        let features = RankingFeature.specification
        guard graph.properties[RankerInputs.featuresProperty] == features.joined(separator: ",") else {
            throw .invalid("takes other features than this build gives: export it again")
        }
        let tensors = Dictionary(graph.constants.map { ($0.name, $0) }) { first, _ in first }
        func find(_ name: String, _ dims: [Int]) throws(ExchangeError) -> Tensor.Content {
            guard let tensor = tensors[name] else { throw .invalid("lacks the constant '\(name)': export it again") }
            guard tensor.dims == dims else {
                throw .invalid("has constant '\(name)' of sizes \(tensor.dims) instead of \(dims): export it again")
            }
            return tensor.content
        }
        func floats(_ name: String, _ dims: [Int]) throws(ExchangeError) -> [Float] {
            guard case .floats(let values) = try find(name, dims), values.allSatisfy(\.isFinite) else {
                throw .invalid("has a number in constant '\(name)' that is no finite 32-bit float: export it again")
            }
            return values
        }
        /// An int8 matrix with a scale a row, which the graph holds with rows as columns.
        func matrix(_ name: String, scales: String, _ rows: Int, _ columns: Int) throws(ExchangeError)
            -> QuantisedMatrix
        {
            guard case .bytes(let turned) = try find(name, [columns, rows]), !turned.contains(.min) else {
                throw .invalid("has constant '\(name)' of another form than bytes from -127 to 127: export it again")
            }
            let bytes = (0..<rows).flatMap { row in (0..<columns).map { turned[$0 * rows + row] } }
            let scales = try floats(scales, [rows])
            // A row of zeros has scale 0.
            for row in 0..<rows where scales[row] <= 0 {
                guard scales[row] == 0, bytes[(row * columns)..<((row + 1) * columns)].allSatisfy({ $0 == 0 }) else {
                    throw .invalid("has a scale of '\(name)' that is not above 0: export it again")
                }
            }
            return QuantisedMatrix(rows: rows, columns: columns, bytes: bytes, scales: scales)
        }
        func size(_ name: String) throws(ExchangeError) -> Int {
            guard let count = tensors[name]?.content.count, (1...Self.mostUnits).contains(count) else {
                throw .invalid("lacks the constant '\(name)' of 1 to \(Self.mostUnits) numbers: export it again")
            }
            return count
        }
        let (hidden1, hidden2) = (try size(Constant.bias1), try size(Constant.bias2))
        self.init(
            dimensions: dimensions, features: features, userScale: try graph.numbers(Property.userScale, 1)[0],
            userLayer: try floats(Constant.userLayer, [hidden1, dimensions]),
            itemLayer: try floats(Constant.itemLayer, [hidden1, dimensions]),
            bias1: try floats(Constant.bias1, [hidden1]),
            layer2: try matrix(Constant.layer2, scales: Constant.layer2Scales, hidden2, hidden1 + features.count),
            bias2: try floats(Constant.bias2, [hidden2]).map { -$0 },
            output: try matrix(Constant.output, scales: Constant.outputScales, 1, hidden2),
            limits: try graph.numbers(Property.limits, 2), lows: try graph.numbers(Property.lows, features.count),
            highs: try graph.numbers(Property.highs, features.count),
            direct: try floats(Constant.direct, [1, features.count]))
        guard QuantisedRankerGraph.graph(self, graph.properties).computes(as: graph) else {
            throw .invalid(
                "is an exported int8 ranker whose operators or constants no longer go with its properties: export it again"
            )
        }
    }
}

extension Graph {
    /// A property of finite numbers.
    fileprivate func numbers(_ name: String, _ count: Int) throws(ExchangeError) -> [Float] {
        let fields = properties[name]?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        let numbers = fields.compactMap { Float($0) }.filter(\.isFinite)
        guard numbers.count == count, fields.count == count else {
            throw .invalid("has no \(count) finite numbers in its property \(name): export it again")
        }
        return numbers
    }

    /// Whether operators, constants, inputs and outputs are the same.
    fileprivate func computes(as other: Graph) -> Bool {
        nodes == other.nodes && constants == other.constants && inputs == other.inputs && outputs == other.outputs
    }
}
