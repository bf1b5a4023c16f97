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

    /// Bytes of a row.
    package var rowBytes: Int { stride }

    /// Copies a row to memory of ``rowBytes`` bytes, and its factor.
    @unsafe
    package func read(_ row: Int, into target: UnsafeMutablePointer<Int8>, _ factor: UnsafeMutablePointer<Int16>) {
        precondition(row < count, "no such item")
        unsafe factor.pointee = factors[row]
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            unsafe target.update(from: source + row * stride, count: stride)
        }
    }

    /// Replaces the first rows by others of ``rowBytes`` bytes that lie anywhere, and their factors. O(rows · width).
    @unsafe
    package mutating func replaceFirst(
        _ rows: UnsafeBufferPointer<UnsafeRawPointer?>, factors first: UnsafeBufferPointer<Int16>
    ) {
        precondition(rows.count <= count && first.count == rows.count, "too few rows")
        unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let bytes = bytes.baseAddress else { return }
            unsafe Kernels.unsafeGather(rows, size: stride, into: bytes)
        }
        unsafe factors.withUnsafeMutableBufferPointer { factors in
            guard let source = first.baseAddress else { return }
            unsafe factors.baseAddress?.update(from: source, count: first.count)
        }
    }

    private static let unit = Float(CK_COMBINE_FACTOR)
}
