import CKernels

/// The items' shares of a ``SplitMLP``'s first layer, a row an item, in int8: one byte an output and two bytes an item.
public struct ItemHalves: Sendable {
    /// Outputs of the first layer.
    public let width: Int
    /// How many items.
    public private(set) var count = 0
    /// Rows of `stride` bytes, zero beyond the width.
    private(set) var bytes: [Int8] = []
    /// The value of a row's byte, in 1/8192 of a step of the layer's activations.
    private(set) var factors: [Int16] = []
    let stride: Int

    /// No items yet, of a first layer of `width` outputs.
    package init(width: Int) {
        self.width = width
        stride = (width + Kernels.blockRows - 1) / Kernels.blockRows * Kernels.blockRows
    }

    /// Makes room for `count` items in all; new ones are zero.
    package mutating func grow(to count: Int) {
        guard count > self.count else { return }
        bytes.append(contentsOf: repeatElement(0, count: (count - self.count) * stride))
        factors.append(contentsOf: repeatElement(0, count: count - self.count))
        self.count = count
    }

    /// Writes a row of `width` values, in steps. Beyond ±508 steps they are cut off: activations end at 127. What is not
    /// finite counts as zero.
    mutating func set(_ row: Int, _ values: ArraySlice<Float>) {
        let highest = values.reduce(0 as Float) { $1.isFinite ? max($0, abs($1)) : $0 }
        // Rounded up, so that the highest value still is at most 127.
        let factor = min(max((highest / 127 * Self.unit).rounded(.up), 1), Float(Int16.max))
        factors[row] = Int16(factor)
        for (column, value) in values.enumerated() {
            let steps = (value.isFinite ? value * Self.unit / factor : 0).rounded(.toNearestOrEven)
            bytes[row * stride + column] = Int8(min(max(steps, -127), 127))
        }
    }

    /// Replaces a row by one of others of the same width.
    package mutating func copy(_ source: Int, of halves: ItemHalves, to row: Int) {
        precondition(halves.width == width && source < halves.count && row < count, "halves of another network")
        factors[row] = halves.factors[source]
        bytes.replaceSubrange(
            (row * stride)..<((row + 1) * stride), with: halves.bytes[(source * stride)..<((source + 1) * stride)])
    }

    /// Replaces the first rows by those of some items, which lie in blocks of `rows` rows each. O(numbers · width).
    package mutating func copy(_ numbers: Span<UInt32>, from blocks: [ItemHalves], rowsEach rows: Int) {
        precondition(numbers.count <= count, "too few rows")
        let stride = stride
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe factors.withUnsafeMutableBufferPointer { factors in
                guard var target = bytes.baseAddress else { return }
                for place in numbers.indices {
                    let (block, row) = Int(numbers[place]).quotientAndRemainder(dividingBy: rows)
                    precondition(blocks[block].stride == stride, "halves of another network")
                    unsafe blocks[block].bytes.withUnsafeBufferPointer { source in
                        guard let source = source.baseAddress else { return }
                        unsafe target.update(from: source + row * stride, count: stride)
                    }
                    unsafe factors[place] = blocks[block].factors[row]
                    unsafe target += stride
                }
            }
        }
    }

    private static let unit = Float(CK_COMBINE_FACTOR)
}
