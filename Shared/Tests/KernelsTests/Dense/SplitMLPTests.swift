import Kernels
import Testing

@Suite struct SplitMLPTests {
    struct Case {
        let layers: [DenseLayer]
        let users: Int
        let items: Int
        let user: [Float]
        let table: [Float]
        let calibration: Calibration
        let mlp: SplitMLP
        let halves: ItemHalves

        static let count = 101

        init(_ sizes: [Int], users: Int, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            let layers = Oracle.network(sizes, using: &random)
            let items = sizes[0] - users
            let user = random.floats(users)
            let table = random.floats(Self.count * items)
            var rows: [Float] = []
            for item in 0..<Self.count { rows += user + table[item * items..<(item + 1) * items] }
            calibration = Calibration(layers: layers, rows: Self.count, samples: rows.span, coverage: 1)
            (self.layers, self.users, self.items, self.user, self.table) = (layers, users, items, user, table)
            mlp = SplitMLP(layers: layers, userInputs: users, calibration: calibration)
            halves = mlp.itemHalves(rows: Self.count, table.span)
        }

        func score(_ items: [UInt32], _ scratch: inout NetworkScratch, halves: ItemHalves? = nil) -> [Float] {
            var scores = [Float](repeating: .nan, count: items.count * mlp.outputs)
            var span = scores.mutableSpan
            mlp.score(user: user.span, items: items.span, of: halves ?? self.halves, into: &span, scratch: &scratch)
            return scores
        }
    }

    static let cases = [([128, 128, 64, 1], 64), ([30, 41, 3], 9), ([20, 16, 8, 11], 19)]

    @Test("Scores are those of the float network, within what the halves' bytes can hold", arguments: cases)
    func oracle(sizes: [Int], users: Int) {
        let x = Case(sizes, users: users, seed: 50)
        var scratch = NetworkScratch()
        let numbers = (0..<UInt32(Case.count)).reversed() + [3, 3]
        let scores = x.score(numbers, &scratch)
        var (found, expected): ([Double], [Double]) = ([], [])
        for (r, number) in numbers.enumerated() {
            let item = x.table[Int(number) * x.items..<(Int(number) + 1) * x.items]
            let outputs = Self.outputs(x, item)
            for (o, output) in outputs.enumerated() {
                let score = Double(scores[r * x.mlp.outputs + o])
                #expect(abs(score - output.value) <= output.bound, "item \(number), output \(o)")
                found.append(score)
                expected.append(output.value)
            }
        }
        #expect(Oracle.correlation(found, expected) > 0.999)
    }

    /// The first layer as the specification has it: half a byte of the item's half, half a step of the activation, and a
    /// 64th of it. The layers behind as ever.
    static func outputs(_ x: Case, _ item: ArraySlice<Float>) -> [(value: Double, bound: Double)] {
        let (first, step) = (x.layers[0], Double(x.calibration.limits[0]) / 127)
        let input = (x.user + item).map { Double($0) }
        let half = (0..<first.outputs).map { o in
            (x.users..<first.inputs).reduce(0) { $0 + Double(first.weights[o * first.inputs + $1]) * input[$1] }
        }
        let byte = half.reduce(0) { max($0, abs($1)) } / 254 * 1.01
        let activations = (0..<first.outputs).map { o in
            let sum = (0..<first.inputs).reduce(Double(first.biases[o])) {
                $0 + Double(first.weights[o * first.inputs + $1]) * input[$1]
            }
            return (value: max(sum, 0), bound: byte + step / 2 + step / 32)
        }
        let rest = Array(x.layers[1...])
        let calibration = Calibration(inputs: 0...0, limits: Array(x.calibration.limits[1...]))
        let bounds = Dictionary(activations.map { ($0.value, $0.bound) }, uniquingKeysWith: max)
        return Oracle.outputs(rest, activations.map { Float($0.value) }[...], calibration: calibration) { value in
            (bounds.values.max() ?? 0) + abs(value) * 1e-6
        }
    }

    /// A layer's outputs, times a factor, from some of its inputs.
    static func half(
        _ layer: DenseLayer, _ columns: Range<Int>, rows: Int, _ values: [Float], factor: Float, biased: Bool = true
    ) -> [Float] {
        var weights: [Float] = []
        for o in 0..<layer.outputs { weights += columns.map { layer.weights[o * layer.inputs + $0] * factor } }
        let biases = layer.biases.map { biased ? $0 * factor : 0 }
        var y = [Float](repeating: 0, count: rows * layer.outputs)
        var span = y.mutableSpan
        Kernels.gemmNT(
            m: rows, n: layer.outputs, k: columns.count, a: values.span, b: weights.span, c: &span, bias: biases.span)
        return y
    }

    @Test("Bit by bit what the specification says", arguments: cases)
    func specification(sizes: [Int], users: Int) {
        let x = Case(sizes, users: users, seed: 51)
        var scratch = NetworkScratch()
        let step = Activations(limit: x.calibration.limits[0]).scale
        let first = x.layers[0]
        // The halves in floats, by the kernel that the network uses, then whole numbers only.
        let user = Self.half(first, 0..<users, rows: 1, x.user, factor: 64 / step).map {
            Int($0.rounded(.toNearestOrEven))
        }
        let table = Self.half(first, users..<first.inputs, rows: Case.count, x.table, factor: 1, biased: false)
        let items = table.map { $0 / step }
        let activations = (0..<Case.count).map { row in
            let values = items[row * first.outputs..<(row + 1) * first.outputs]
            let highest = values.reduce(0) { max($0, abs($1)) }
            let factor = Int((highest / 127 * 8_192).rounded(.up))
            return zip(user, values).map { user, value in
                let byte = Int((value * 8_192 / Float(factor)).rounded(.toNearestOrEven))
                return min(max((user + ((256 * byte * factor + 16_384) >> 15) + 32) >> 6, 0), 127)
            }
        }
        let scores = x.score((0..<UInt32(Case.count)).map { $0 }, &scratch)
        let expected = activations.flatMap {
            Specification.outputs(
                x.layers[1...], bytes: $0, from: Activations(limit: x.calibration.limits[0]),
                limits: x.calibration.limits[1...])
        }
        #expect(scores == expected)
    }

    @Test("A score does not depend on what is scored beside it, nor on how items were added")
    func batches() {
        let x = Case([30, 41, 3], users: 9, seed: 52)
        var scratch = NetworkScratch()
        let all = x.score((0..<UInt32(Case.count)).map { $0 }, &scratch)
        #expect(x.score([], &scratch).isEmpty)
        for number in [0, 77, 100] as [UInt32] {
            #expect(x.score([number], &scratch) == Array(all[Int(number) * 3..<Int(number) * 3 + 3]))
        }
        // In pieces, the last one over old rows.
        var halves = x.mlp.itemHalves(rows: 70, x.table.span.extracting(first: 70 * x.items))
        x.mlp.update(&halves, from: 60, rows: 41, x.table.span.extracting(last: 41 * x.items))
        #expect(halves.count == Case.count)
        #expect(x.score((0..<UInt32(Case.count)).map { $0 }, &scratch, halves: halves) == all)
    }

    @Test("Values that are no numbers, and too large ones, leave the rest as it is")
    func hostile() {
        let x = Case([30, 41, 3], users: 9, seed: 53)
        var scratch = NetworkScratch()
        var halves = x.halves
        for (row, value) in [(0, Float.nan), (1, .infinity), (2, 1e30), (3, -1e30)] {
            let values = [Float](repeating: value, count: x.items)
            x.mlp.update(&halves, from: row, rows: 1, values.span)
        }
        let scores = x.score((0..<UInt32(Case.count)).map { $0 }, &scratch, halves: halves)
        #expect(scores.allSatisfy { $0.isFinite })
        #expect(Array(scores[12...]) == Array(x.score((4..<UInt32(Case.count)).map { $0 }, &scratch)))
    }
}
