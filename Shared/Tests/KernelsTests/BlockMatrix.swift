import CKernels

/// Rows of int8 and the same rows in scan blocks, with a scale and a bias each.
struct BlockMatrix {
    let dimensions: Int
    let rows: [[Int8]]
    let scales: [Float]
    let biases: [Float]
    let packed: [Int8]

    /// `blocks` blocks of random rows; `extreme` rows hold only ±127.
    init(blocks: Int, dimensions: Int, extreme: Bool = false, random: inout SeededGenerator) {
        self.dimensions = dimensions
        let size = 16 * dimensions
        let rows = (0..<blocks * 16).map { _ in Self.vector(dimensions, extreme: extreme, random: &random) }
        self.rows = rows
        scales = random.floats(rows.count)
        biases = random.floats(rows.count)
        var packed = [Int8](repeating: 0, count: blocks * size)
        packed.withUnsafeMutableBufferPointer { packed in
            for (r, row) in rows.enumerated() {
                ck_block_write_row(packed.baseAddress! + r / 16 * size, r % 16, dimensions, row)
            }
        }
        self.packed = packed
    }

    static func vector(_ dimensions: Int, extreme: Bool = false, random: inout SeededGenerator) -> [Int8] {
        (0..<dimensions).map { _ in
            extreme ? (Bool.random(using: &random) ? 127 : -127) : Int8.random(in: -127...127, using: &random)
        }
    }

    /// A row's score by the scan's definition.
    func score(_ row: Int, _ query: ArraySlice<Int8>, _ scale: Float, biased: Bool = true) -> Float {
        let sum = zip(query, rows[row]).reduce(0) { $0 + Int($1.0) * Int($1.1) }
        return Float(sum) * (scale * scales[row]) + (biased ? biases[row] : 0)
    }
}
