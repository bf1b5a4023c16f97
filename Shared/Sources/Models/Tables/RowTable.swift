import Kernels

/// Rows of floats of one width, as a ``BlockTable`` holds them.
public struct RowTable: Sendable {
    private var rows: BlockTable<Float>

    /// Floats a row.
    public var width: Int { rows.width }
    /// Rows there are.
    public var count: Int { rows.count }

    /// A table without rows.
    public init(width: Int) {
        rows = BlockTable(width: width)
    }

    /// Adds rows of zeros until there are `count`.
    public mutating func grow(to count: Int) { rows.grow(to: count) }

    /// Replaces a row by as many floats as the table is wide. O(width), or O(256 · width) where a copy shares the block.
    public mutating func write(_ values: Span<Float>, at row: Int) {
        precondition(values.count == width, "a row of another width")
        let target = unsafe rows.mutableBase(of: row)
        unsafe values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            unsafe target.update(from: source, count: width)
        }
    }

    /// The memory of a row: valid while this table, or a copy of it, lives and is not written to.
    @unsafe
    func base(of row: Int) -> UnsafePointer<Float> { unsafe rows.base(of: row) }

    /// Copies a row into `output`, which is as long as the table is wide.
    public func read(_ row: Int, into output: inout MutableSpan<Float>) {
        precondition(output.count >= width, "too little room for a row")
        let source = unsafe base(of: row)
        unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe target.baseAddress?.update(from: source, count: width)
        }
    }

    /// The rows of `numbers`, one after the other: `numbers.count × width`. O(numbers · width).
    public func gather(_ numbers: Span<UInt32>) -> [Float] {
        unsafe Array(unsafeUninitializedCapacity: numbers.count * width) { target, filled in
            guard let target = target.baseAddress else { return }
            unsafe gather(numbers, into: target)
            filled = numbers.count * width
        }
    }

    /// Copies the rows of `numbers` to `target`, which has room for `numbers.count × width` floats.
    @unsafe
    func gather(_ numbers: Span<UInt32>, into target: UnsafeMutablePointer<Float>) {
        unsafe withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: numbers.count) { found in
            rows.withRows { rows in
                for place in numbers.indices { unsafe found[place] = UnsafeRawPointer(rows[Int(numbers[place])]) }
            }
            unsafe Kernels.unsafeGather(
                UnsafeBufferPointer(found), size: width * MemoryLayout<Float>.stride, into: target)
        }
    }

    /// A row's values.
    public subscript(row: Int) -> [Float] {
        let source = unsafe base(of: row)
        return unsafe Array(UnsafeBufferPointer(start: source, count: width))
    }
}
