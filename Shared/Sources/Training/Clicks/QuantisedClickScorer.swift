import Kernels

/// A ``ClickStudent`` in int8: vectors with a scale a row, items summed beforehand, the dot product on int8 rows and the
/// network as a ``SplitMLP``.
@safe
final class QuantisedClickScorer: ClickScorer {
    private let shape: ClickNetworkShape
    private let schema: ClickSchema
    /// features × factors, a scale a row, and the features' linear weights.
    private let vectors: [Int8]
    private let scales: [Float]
    private let linear: [Float]
    private let offset: Float
    private let table: QuantisedItems
    private let network: SplitMLP
    private let halves: ItemHalves
    private var scratch = NetworkScratch()
    private var request: [Float]
    private var deep: [Float] = []

    init(_ student: ClickStudent, schema: ClickSchema, calibration: Calibration, items: ClickItems) {
        shape = student.shape
        self.schema = schema
        let (width, features) = (shape.factors, shape.features)
        var bytes = [Int8](repeating: 0, count: features * width)
        var scales = [Float](repeating: 0, count: features)
        var byteSpan = bytes.mutableSpan
        var scaleSpan = scales.mutableSpan
        Kernels.quantiseRows(
            rows: features, columns: width, student.parameters.span.extracting(shape.vectors), into: &byteSpan,
            scales: &scaleSpan)
        (vectors, self.scales) = (bytes, scales)
        linear = Array(student.parameters[shape.linear])
        offset = student.parameters[shape.offset]
        request = [Float](repeating: 0, count: width)
        network = SplitMLP(layers: student.layers, userInputs: width, calibration: calibration)

        let count = items.count
        var sums: [Float] = []
        var biases: [Float] = []
        for item in 0..<count {
            var sum = [Float](repeating: 0, count: width)
            let own = items.places(of: item).map { (items.features[$0], items.values[$0]) }
            biases.append(Self.side(own, vectors, self.scales, linear, &sum))
            sums += sum
        }
        table = QuantisedItems(width: width, vectors: sums, biases: biases)
        halves = network.itemHalves(rows: count, sums.span)
    }

    /// Bytes of what it needs to score: tables of features and items, the items' halves, the network with its first layer
    /// in float.
    var bytes: Int {
        let float = MemoryLayout<Float>.stride
        let tables = vectors.count + (scales.count + linear.count) * float
        let halfBytes = halves.count * ((halves.width + 15) / 16 * 16 + MemoryLayout<Int16>.stride)
        var layers = 0
        for (place, layer) in shape.layers.enumerated() {
            layers += layer.inputs * layer.outputs * (place == 0 ? float : 1) + 2 * layer.outputs * float
        }
        return tables + table.bytes + halfBytes + layers + shape.output.count + 3 * float
    }

    /// sum += Σ value·vector; returns Σ value·weight + ½(|sum|² − Σ value²·|vector|²), what a side adds by itself.
    private static func side(
        _ features: [(feature: Int32, value: Float)], _ vectors: [Int8], _ scales: [Float], _ linear: [Float],
        _ sum: inout [Float]
    ) -> Float {
        let width = sum.count
        var (weights, squares): (Float, Float) = (0, 0)
        for (feature, value) in features {
            let (row, factor) = (Int(feature) * width, scales[Int(feature)] * value)
            for place in 0..<width {
                let share = factor * Float(vectors[row + place])
                sum[place] += share
                squares += share * share
            }
            weights += value * linear[Int(feature)]
        }
        return weights + 0.5 * (sum.reduce(0) { $0 + $1 * $1 } - squares)
    }

    func score(request row: Int, of rows: ClickRows, items: [UInt32], into logits: inout [Float]) {
        precondition(logits.count == items.count, "a logit for each item")
        for place in request.indices { request[place] = 0 }
        let own = rows.places(of: row).lazy.filter { [schema] in !schema.isItem(rows.features[$0]) }
            .map { (rows.features[$0], rows.values[$0]) }
        let bias = offset + Self.side(Array(own), vectors, scales, linear, &request)
        unsafe items.withUnsafeBufferPointer { items in
            unsafe table.rows.withUnsafeBufferPointer { rows in
                unsafe logits.withUnsafeMutableBufferPointer { logits in
                    guard let first = rows.baseAddress, let logits = logits.baseAddress else { return }
                    unsafe Kernels.unsafeDotRows(
                        items, dimensions: shape.factors, rows: first, rowScales: table.scales, biases: table.biases,
                        query: request, scores: logits)
                }
            }
        }
        if deep.count != items.count { deep = [Float](repeating: 0, count: items.count) }
        var span = deep.mutableSpan
        network.score(user: request.span, items: items.span, of: halves, into: &span, scratch: &scratch)
        for place in logits.indices { logits[place] += bias + deep[place] }
    }
}
