import Kernels
import Testing

@Suite struct QuantisedMLPTests {
    static let networks: [[Int]] = [[128, 128, 64, 1], [33, 50, 3], [5, 1], [16, 16, 16, 20], [70, 7, 9]]

    static func score(_ mlp: QuantisedMLP, rows: Int, _ x: [Float], _ scratch: inout NetworkScratch) -> [Float] {
        var scores = [Float](repeating: .nan, count: rows * mlp.outputs)
        var span = scores.mutableSpan
        mlp.score(rows: rows, x.span, into: &span, scratch: &scratch)
        return scores
    }

    @Test("Scores are those of the float network, within what a byte can hold", arguments: networks)
    func oracle(sizes: [Int]) {
        var random = SeededGenerator(seed: 40)
        var scratch = NetworkScratch()
        let layers = Oracle.network(sizes, using: &random)
        for signed in [true, false] {
            let rows = 101
            let x = random.floats(rows * sizes[0]).map { signed ? $0 : abs($0) }
            let calibration = Calibration(layers: layers, rows: rows, samples: x.span, coverage: 1)
            let mlp = QuantisedMLP(layers: layers, calibration: calibration)
            let scores = Self.score(mlp, rows: rows, x, &scratch)
            // The zero is a whole byte, which moves the ends of the range by up to half a step more.
            let step = Double(Activations(calibration.inputs).scale)
            var (found, expected): ([Double], [Double]) = ([], [])
            for r in 0..<rows {
                let row = x[r * sizes[0]..<(r + 1) * sizes[0]]
                let outputs = Oracle.outputs(layers, row, calibration: calibration) { _ in step }
                for (o, output) in outputs.enumerated() {
                    let score = Double(scores[r * mlp.outputs + o])
                    #expect(abs(score - output.value) <= output.bound, "row \(r), output \(o), signed \(signed)")
                    found.append(score)
                    expected.append(output.value)
                }
            }
            #expect(Oracle.correlation(found, expected) > 0.999, "signed \(signed)")
        }
    }

    @Test("Bit by bit what the specification says", arguments: networks)
    func specification(sizes: [Int]) {
        var random = SeededGenerator(seed: 42)
        var scratch = NetworkScratch()
        let layers = Oracle.network(sizes, using: &random)
        let x = random.floats(99 * sizes[0])
        let calibration = Calibration(layers: layers, rows: 99, samples: x.span, coverage: 0.99)
        let activations = Activations(calibration.inputs)
        let expected = (0..<99).flatMap { row in
            let bytes = x[row * sizes[0]..<(row + 1) * sizes[0]].map { value in
                let byte = (value * (1 / activations.scale) + Float(activations.zero)).rounded(.toNearestOrEven)
                return Int(min(max(byte, 0), 127))
            }
            return Specification.outputs(
                layers[...], bytes: bytes, from: activations, limits: calibration.limits[...])
        }
        let mlp = QuantisedMLP(layers: layers, calibration: calibration)
        #expect(Self.score(mlp, rows: 99, x, &scratch) == expected)
    }

    @Test("A row's score does not depend on what is scored beside it")
    func batches() {
        var random = SeededGenerator(seed: 41)
        var scratch = NetworkScratch()
        let layers = Oracle.network([40, 33, 17, 2], using: &random)
        let x = random.floats(200 * 40)
        let mlp = QuantisedMLP(
            layers: layers, calibration: Calibration(layers: layers, rows: 200, samples: x.span))
        let all = Self.score(mlp, rows: 200, x, &scratch)
        for (first, count) in [(0, 0), (0, 1), (3, 2), (90, 100), (199, 1)] {
            let part = Self.score(mlp, rows: count, Array(x[first * 40..<(first + count) * 40]), &scratch)
            #expect(part == Array(all[first * 2..<(first + count) * 2]), "\(count) rows from \(first)")
        }
    }

    @Test("A network of whole numbers is computed exactly")
    func exact() {
        // Steps of 1: weights up to 127 with a 127 in each row, activations up to 127.
        let layers = [
            DenseLayer(inputs: 2, outputs: 2, weights: [127, -1, -127, 2], biases: [0, 130]),
            DenseLayer(inputs: 2, outputs: 1, weights: [3, 127], biases: [-5]),
        ]
        let mlp = QuantisedMLP(layers: layers, calibration: Calibration(inputs: 0...127, limits: [127]))
        var scratch = NetworkScratch()
        // (1, 7): (120, 17) → 360 + 2159 - 5 (weights of the second layer: 127/127 a step, 3 and 127)
        // (0, 127): (0, 384 → 127) → 16129 - 5
        #expect(Self.score(mlp, rows: 2, [1, 7, 0, 127], &scratch) == [2_514, 16_124])
    }

    @Test("Calibration holds the given share of values, and always 0")
    func calibration() {
        let layers = [
            DenseLayer(inputs: 1, outputs: 1, weights: [2], biases: [1]),
            DenseLayer(inputs: 1, outputs: 1, weights: [1], biases: [0]),
        ]
        let x = (0..<1_000).map { Float($0) / 1_000 } + [100]
        let all = Calibration(layers: layers, rows: 1_001, samples: x.span, coverage: 1)
        #expect(all == Calibration(inputs: 0...100, limits: [201]))
        let most = Calibration(layers: layers, rows: 1_001, samples: x.span, coverage: 0.99)
        #expect(most.inputs.lowerBound == 0 && most.inputs.upperBound < 1 && most.limits[0] < 3)
        let bytes = Activations(-1...1)
        #expect(bytes.zero == 64 && abs(bytes.scale - 2 / 127) < 1e-6)
        #expect(Activations(2...4) == Activations(0...4) && Activations(limit: 4).zero == 0)
    }
}
