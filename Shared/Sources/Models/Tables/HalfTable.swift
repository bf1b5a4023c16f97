import Domain
import Kernels

/// Items' shares of a ``QuantisedRanker``'s first layer that grow at the end, as a value: copies share all blocks but those
/// written since.
public struct HalfTable: Sendable {
    /// Rows a block.
    static let blockRows = 256

    /// Owns the memory of a block.
    @safe
    private final class Block {
        let rows: UnsafeMutablePointer<Int8>
        let factors: UnsafeMutablePointer<Int16>
        let rowBytes: Int

        init(rowBytes: Int) {
            self.rowBytes = rowBytes
            unsafe rows = .allocate(capacity: blockRows * rowBytes)
            unsafe factors = .allocate(capacity: blockRows)
            unsafe rows.initialize(repeating: 0, count: blockRows * rowBytes)
            unsafe factors.initialize(repeating: 0, count: blockRows)
        }

        func copy() -> Block {
            let copy = Block(rowBytes: rowBytes)
            unsafe copy.rows.update(from: rows, count: blockRows * rowBytes)
            unsafe copy.factors.update(from: factors, count: blockRows)
            return copy
        }

        deinit {
            unsafe rows.deallocate()
            unsafe factors.deallocate()
        }
    }

    @safe
    // A block is written only while one table alone refers to it: see `write`.
    private struct Storage: @unchecked Sendable {
        var blocks: [Block] = []
        // Memory of `blocks`, so that reading touches no reference count: those are memory that all threads write.
        var rows: [UnsafeMutablePointer<Int8>] = unsafe []
        var factors: [UnsafeMutablePointer<Int16>] = unsafe []
    }

    private var storage = Storage()
    private let rowBytes: Int
    /// Units of the layer; 0 without such a ranker.
    public let width: Int

    /// A table without rows.
    public init(width: Int) {
        self.width = width
        rowBytes = ItemHalves(width: width).rowBytes
    }

    /// Adds rows of zeros until there are `count`.
    mutating func grow(to count: Int) {
        guard width > 0 else { return }
        while storage.blocks.count * Self.blockRows < count {
            let block = Block(rowBytes: rowBytes)
            storage.blocks.append(block)
            unsafe storage.rows.append(block.rows)
            unsafe storage.factors.append(block.factors)
        }
    }

    /// Replaces a row by one of others. O(width), or O(256 · width) where a copy shares the block.
    mutating func write(_ source: Int, of halves: ItemHalves, at row: Int) {
        precondition(halves.width == width, "halves of another network")
        let (index, place) = (row / Self.blockRows, row % Self.blockRows)
        if !isKnownUniquelyReferenced(&storage.blocks[index]) {
            storage.blocks[index] = storage.blocks[index].copy()
            unsafe storage.rows[index] = storage.blocks[index].rows
            unsafe storage.factors[index] = storage.blocks[index].factors
        }
        unsafe halves.read(source, into: storage.rows[index] + place * rowBytes, storage.factors[index] + place)
    }

    /// Copies rows one after the other into the first of `halves`, which grow as needed. O(numbers · width).
    func gather(_ numbers: Span<ItemNumber>, into halves: inout ItemHalves) {
        if halves.width != width { halves = ItemHalves(width: width) }
        halves.grow(to: numbers.count)
        unsafe withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: numbers.count) { rows in
            unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: numbers.count) { factors in
                for place in numbers.indices {
                    let row = Int(numbers[place])
                    let (block, within) = (row / Self.blockRows, row % Self.blockRows)
                    unsafe rows[place] = UnsafeRawPointer(storage.rows[block] + within * rowBytes)
                    unsafe factors[place] = storage.factors[block][within]
                }
                unsafe halves.replaceFirst(UnsafeBufferPointer(rows), factors: UnsafeBufferPointer(factors))
            }
        }
    }
}
