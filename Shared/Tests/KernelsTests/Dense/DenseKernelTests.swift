import CKernels
import Testing

@Suite struct DenseKernelTests {
    static let shapes: [(inputs: Int, outputs: Int)] = [
        (4, 1), (8, 16), (12, 17), (20, 15), (36, 33), (64, 64), (128, 65), (132, 112), (16, 130), (2_200, 3),
    ]
    static let rows = [0, 1, 2, 3, 4, 5, 7, 8, 9, 17]

    /// Bytes as the specification has them.
    static func byte(_ x: Float) -> UInt8 {
        x > 0 ? UInt8(min(x, 127).rounded(.toNearestOrEven)) : 0
    }

    /// What a table makes of rows: bytes and floats, each with some room behind a row that must stay as it was.
    static func apply(
        _ level: Level, _ layer: PackedWeights, rows: Int, _ x: [UInt8], ldx: Int
    ) -> (bytes: [UInt8], floats: [Float]) {
        let (bytes, floats) = ((layer.outputs + 15) / 16 * 16 + 5, layer.outputs + 2)
        var found = ([UInt8](repeating: 200, count: rows * bytes), [Float](repeating: 7, count: rows * floats))
        layer.withLayer {
            level.table.dense_u8s8($0, rows, x, ldx, &found.0, bytes)
            level.table.dense_u8s8_f32($0, rows, x, ldx, &found.1, floats)
        }
        return found
    }

    @Test("The scalar layer is what the specification says", arguments: PackedWeights.Kind.allCases)
    func scalar(kind: PackedWeights.Kind) {
        var random = SeededGenerator(seed: 19)
        for (inputs, outputs) in Self.shapes where inputs < 100 {
            let layer = PackedWeights(inputs: inputs, outputs: outputs, kind, using: &random)
            let ldx = inputs + 3
            let x = PackedWeights.bytes(2 * ldx, kind, using: &random)
            let found = Self.apply(.scalar, layer, rows: 2, x, ldx: ldx)
            var expected: (bytes: [UInt8], floats: [Float]) = ([], [])
            for r in 0..<2 {
                let results = (0..<outputs).map { layer.result($0, x[r * ldx..<r * ldx + inputs]) }
                expected.bytes += results.map(Self.byte) + [UInt8](repeating: 0, count: (16 - outputs % 16) % 16)
                expected.bytes += [UInt8](repeating: 200, count: 5)
                expected.floats += results + [7, 7]
            }
            #expect(found == expected, "\(inputs)×\(outputs), \(kind)")
        }
    }

    @Test("A layer is the same bits at every level", arguments: Level.available)
    func layer(level: Level) {
        var random = SeededGenerator(seed: 20)
        for (inputs, outputs) in Self.shapes {
            for kind in PackedWeights.Kind.allCases {
                let layer = PackedWeights(inputs: inputs, outputs: outputs, kind, using: &random)
                let ldx = inputs + 3
                let x = PackedWeights.bytes(Self.rows[Self.rows.count - 1] * ldx, kind, using: &random)
                for rows in Self.rows {
                    let found = Self.apply(level, layer, rows: rows, x, ldx: ldx)
                    let expected = Self.apply(.scalar, layer, rows: rows, x, ldx: ldx)
                    #expect(found == expected, "\(inputs)×\(outputs), \(kind), \(rows) rows")
                }
            }
        }
    }

    @Test("A narrow layer is the same bits as one in blocks, at every level", arguments: Level.available)
    func narrow(level: Level) {
        var random = SeededGenerator(seed: 22)
        for inputs in [4, 8, 28, 32, 36, 60, 64, 68, 132] {
            for outputs in [1, 2, 7] {
                for kind in PackedWeights.Kind.allCases {
                    let layer = PackedWeights(inputs: inputs, outputs: outputs, kind, using: &random)
                    for rows in Self.rows {
                        let ldx = inputs + 2
                        let x = PackedWeights.bytes(rows * ldx, kind, using: &random)
                        var found = [Float](repeating: 7, count: rows * (outputs + 2))
                        level.table.narrow_u8s8_f32(
                            outputs, inputs, layer.weights, layer.scales, layer.biases, rows, x, ldx, &found,
                            outputs + 2)
                        let expected = Self.apply(.scalar, layer, rows: rows, x, ldx: ldx).floats
                        #expect(found == expected, "\(inputs)×\(outputs), \(kind), \(rows) rows")
                    }
                }
            }
        }
    }

    static let edges: [(value: Float, byte: UInt8)] = [
        (0.5, 0), (0.500001, 1), (1.5, 2), (2.5, 2), (126.5, 126), (126.51, 127), (127.4, 127), (128, 127), (1e9, 127),
        (3e9, 127), (1e30, 127), (.infinity, 127), (0, 0), (-0.0, 0), (-0.6, 0), (-200, 0), (-3e9, 0), (-1e30, 0),
        (-.infinity, 0), (.nan, 0),
    ]

    @Test("Bytes: halves round to even, ends are ends, not a number is 0", arguments: Level.available)
    func edges(level: Level) {
        let values = Self.edges.map(\.value)
        let layer = PackedWeights(
            inputs: 4, weights: [Int8](repeating: 1, count: 4 * values.count),
            scales: [Float](repeating: 1, count: values.count), biases: values)
        var found = [UInt8](repeating: 9, count: 32)
        layer.withLayer { level.table.dense_u8s8($0, 1, [0, 0, 0, 0], 4, &found, 32) }
        #expect(Array(found[..<values.count]) == Self.edges.map(\.byte))
        found = [UInt8](repeating: 9, count: 32)
        level.table.quantise_u8(1, values.count, values, values.count, 1, 0, &found, 32)
        #expect(found == Self.edges.map(\.byte) + [UInt8](repeating: 0, count: 32 - values.count))
    }

    @Test("Inputs become the same bytes at every level", arguments: Level.available)
    func quantise(level: Level) {
        var random = SeededGenerator(seed: 23)
        for columns in IntegerKernelTests.lengths {
            let x = random.floats(3 * (columns + 1))
            let stride = columns + columns % 5
            var found = [UInt8](repeating: 200, count: 3 * stride)
            level.table.quantise_u8(3, columns, x, columns + 1, 70, 50, &found, stride)
            var expected = [UInt8](repeating: 0, count: 3 * stride)
            for r in 0..<3 {
                for i in 0..<columns { expected[r * stride + i] = Self.byte(x[r * (columns + 1) + i] * 70 + 50) }
            }
            #expect(found == expected, "\(columns) columns")
        }
    }

    @Test("Halves add up to the same bytes at every level", arguments: Level.available)
    func combine(level: Level) {
        var random = SeededGenerator(seed: 24)
        for width in [16, 32, 48, 64, 80, 128, 144] {
            for (rows, indexed) in [(0, false), (1, true), (5, false), (33, true)] {
                let count = 40
                let user = (0..<width).map { _ in Int16.random(in: .min...(.max), using: &random) >> (width % 3) }
                let stride = width + 7
                let items = (0..<count * stride).map { _ in Int8.random(in: .min...(.max), using: &random) }
                let factors = (0..<count).map { row in
                    row == 0 ? Int16.max : row == 1 ? 0 : Int16.random(in: 0...(.max), using: &random) >> (row % 4)
                }
                let indices = (0..<rows).map { _ in UInt32.random(in: 0..<UInt32(count), using: &random) }
                let ldy = width + 3
                var found = [UInt8](repeating: 200, count: rows * ldy)
                indices.withUnsafeBufferPointer { indices in
                    level.table.combine_u8(
                        rows, width, user, items, stride, factors, indexed ? indices.baseAddress : nil, &found, ldy)
                }
                var expected = [UInt8](repeating: 200, count: rows * ldy)
                for r in 0..<rows {
                    let row = indexed ? Int(indices[r]) : r
                    for i in 0..<width {
                        let item = (Int(items[row * stride + i]) * 256 * Int(factors[row]) + 1 << 14) >> 15
                        let half = min(Int(user[i]) + 32, 32_767)
                        let sum = min(max(half + item, -32_768), 32_767) >> 6
                        expected[r * ldy + i] = UInt8(min(max(sum, 0), 127))
                    }
                }
                #expect(found == expected, "width \(width), \(rows) rows")
            }
        }
    }

    @Test("Rows come back from int8 at every level", arguments: Level.available)
    func dequantise(level: Level) {
        var random = SeededGenerator(seed: 25)
        for columns in IntegerKernelTests.lengths {
            let q = (0..<3 * (columns + 2)).map { _ in Int8.random(in: .min...(.max), using: &random) }
            let scales = random.floats(3)
            var found = [Float](repeating: 7, count: 3 * (columns + 1))
            level.table.dequantise_rows(3, columns, q, columns + 2, scales, &found, columns + 1)
            var expected = [Float](repeating: 7, count: 3 * (columns + 1))
            for r in 0..<3 {
                for i in 0..<columns {
                    expected[r * (columns + 1) + i] = Float(q[r * (columns + 2) + i]) * scales[r]
                }
            }
            #expect(found == expected, "\(columns) columns")
        }
    }
}
