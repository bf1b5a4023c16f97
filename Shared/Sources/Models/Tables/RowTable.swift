import Kernels

/// Rows of floats of one width that grow at the end, as a value: copies share all blocks but those written since.
///
/// A block holds 256 rows. Reading a row is two loads; writing to a block that a copy shares copies the block. The
/// storage of a row stays where it is as long as any table that holds it lives.
public struct RowTable: Sendable {
    /// Rows a block.
    static let blockRows = 256

    /// Owns the memory of a block.
    @safe
    private final class Block {
        let base: UnsafeMutablePointer<Float>
        let count: Int

        init(count: Int) {
            self.count = count
            unsafe base = .allocate(capacity: count)
            unsafe base.initialize(repeating: 0, count: count)
        }

        func copy() -> Block {
            let copy = Block(count: count)
            unsafe copy.base.update(from: base, count: count)
            return copy
        }

        deinit { unsafe base.deallocate() }
    }

    @safe
    // A block is written only while one table alone refers to it: see `write`.
    private struct Storage: @unchecked Sendable {
        var blocks: [Block] = []
        // Bases of `blocks`, so that reading touches no reference count.
        var bases: [UnsafeMutablePointer<Float>] = unsafe []
    }

    private var storage = Storage()

    /// Floats a row.
    public let width: Int
    /// Rows there are.
    public private(set) var count = 0

    /// A table without rows.
    public init(width: Int) {
        precondition(width >= 0, "a width is not negative")
        self.width = width
    }

    /// Adds rows of zeros until there are `count`.
    public mutating func grow(to count: Int) {
        while storage.blocks.count * Self.blockRows < count {
            let block = Block(count: Self.blockRows * width)
            storage.blocks.append(block)
            unsafe storage.bases.append(block.base)
        }
        self.count = max(self.count, count)
    }

    /// Replaces a row by as many floats as the table is wide. O(width), or O(256 · width) where a copy shares the block.
    public mutating func write(_ values: Span<Float>, at row: Int) {
        precondition(row >= 0 && row < count && values.count == width, "a row of another width or beyond the table")
        let index = row / Self.blockRows
        if !isKnownUniquelyReferenced(&storage.blocks[index]) {
            storage.blocks[index] = storage.blocks[index].copy()
            unsafe storage.bases[index] = storage.blocks[index].base
        }
        let target = unsafe storage.bases[index] + (row % Self.blockRows) * width
        unsafe values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            unsafe target.update(from: source, count: width)
        }
    }

    /// The memory of a row: valid while this table, or a copy of it, lives and is not written to.
    @unsafe
    func base(of row: Int) -> UnsafePointer<Float> {
        precondition(row >= 0 && row < count, "a row beyond the table")
        return unsafe UnsafePointer(storage.bases[row / Self.blockRows] + (row % Self.blockRows) * width)
    }

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
        unsafe withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: numbers.count) { rows in
            for place in numbers.indices { unsafe rows[place] = UnsafeRawPointer(base(of: Int(numbers[place]))) }
            unsafe Kernels.unsafeGather(
                UnsafeBufferPointer(rows), size: width * MemoryLayout<Float>.stride, into: target)
        }
    }

    /// A row's values.
    public subscript(row: Int) -> [Float] {
        let source = unsafe base(of: row)
        return unsafe Array(UnsafeBufferPointer(start: source, count: width))
    }
}
