import CKernels

/// A dense layer for the C kernels, beside its weights row by row.
final class PackedWeights {
    let inputs: Int
    let outputs: Int
    /// outputs × inputs
    let weights: [Int8]
    let scales: [Float]
    let biases: [Float]
    private(set) var blocks: [Int8]
    private(set) var grouped: [Int8]
    private(set) var order: [UInt16]
    private(set) var runs: [UInt16]

    init(inputs: Int, weights: [Int8], scales: [Float], biases: [Float]) {
        let outputs = biases.count
        let count = (outputs + 15) / 16
        self.inputs = inputs
        self.outputs = outputs
        self.weights = weights
        let padding = [Float](repeating: 0, count: count * 16 - outputs)
        self.scales = scales + padding
        self.biases = biases + padding
        blocks = [Int8](repeating: 0, count: count * 16 * inputs)
        grouped = blocks
        order = [UInt16](repeating: 0, count: count * inputs / 4)
        runs = [UInt16](repeating: 0, count: count * Int(CK_DENSE_RUNS))
        blocks.withUnsafeMutableBufferPointer { blocks in
            weights.withUnsafeBufferPointer { weights in
                for o in 0..<outputs {
                    ck_block_write_row(
                        blocks.baseAddress! + o / 16 * 16 * inputs, o % 16, inputs, weights.baseAddress! + o * inputs)
                }
            }
        }
        ck_dense_group(count, inputs, blocks, &grouped, &order, &runs)
    }

    /// Random weights; results all over the range of bytes and somewhat beyond.
    convenience init(inputs: Int, outputs: Int, _ kind: Kind, using random: inout SeededGenerator) {
        let scale = 200 / (127 * 127 * Float(inputs).squareRoot())
        self.init(
            inputs: inputs, weights: Self.weights(inputs * outputs, kind, using: &random),
            scales: random.floats(outputs).map { $0 * scale }, biases: random.floats(outputs).map { 64 + 100 * $0 })
    }

    /// Σ x·w of an output.
    func sum(_ output: Int, _ x: ArraySlice<UInt8>) -> Int {
        zip(x, weights[output * inputs..<(output + 1) * inputs]).reduce(0) { $0 + Int($1.0) * Int($1.1) }
    }

    /// What the specification says of an output.
    func result(_ output: Int, _ x: ArraySlice<UInt8>) -> Float {
        Float(sum(output, x)) * scales[output] + biases[output]
    }

    func withLayer<R>(_ body: (UnsafePointer<ck_dense_layer>) -> R) -> R {
        blocks.withUnsafeBufferPointer { blocks in
            grouped.withUnsafeBufferPointer { grouped in
                order.withUnsafeBufferPointer { order in
                    runs.withUnsafeBufferPointer { runs in
                        scales.withUnsafeBufferPointer { scales in
                            biases.withUnsafeBufferPointer { biases in
                                var layer = ck_dense_layer(
                                    inputs: inputs, outputs: outputs, weights: blocks.baseAddress,
                                    scales: scales.baseAddress, biases: biases.baseAddress,
                                    grouped: grouped.baseAddress, order: order.baseAddress, runs: runs.baseAddress)
                                return body(&layer)
                            }
                        }
                    }
                }
            }
        }
    }

    /// How weights and inputs are chosen.
    enum Kind: CaseIterable {
        /// All over the range.
        case any
        /// Everything as large as it gets, of one sign: the highest sums there are.
        case highest
        case lowest
        /// The largest values, signs at random.
        case extreme
        /// A few large weights among small ones, as training leaves them.
        case bell
    }

    static func weights(_ count: Int, _ kind: Kind, using random: inout SeededGenerator) -> [Int8] {
        (0..<count).map { _ in
            switch kind {
            case .any: Int8.random(in: -127...127, using: &random)
            case .highest: 127
            case .lowest: -127
            case .extreme: Bool.random(using: &random) ? 127 : -127
            case .bell: Int8((0..<4).map { _ in Int.random(in: -31...31, using: &random) }.reduce(0, +))
            }
        }
    }

    static func bytes(_ count: Int, _ kind: Kind, using random: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in
            kind == .any || kind == .bell ? UInt8.random(in: 0...127, using: &random) : 127
        }
    }
}
