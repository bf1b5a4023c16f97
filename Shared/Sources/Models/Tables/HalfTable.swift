import Domain
import Kernels

/// Items' shares of a ``QuantisedRanker``'s first layer, as a ``BlockTable`` holds rows.
public struct HalfTable: Sendable {
    /// Bytes of each item, padded as ``ItemHalves`` has them, and what a byte is worth.
    private var rows: BlockTable<Int8>
    private var factors = BlockTable<Int16>(width: 1)
    /// Units of the layer; 0 without such a ranker.
    public let width: Int

    /// A table without rows.
    public init(width: Int) {
        self.width = width
        rows = BlockTable(width: ItemHalves(width: width).rowBytes)
    }

    /// Adds rows of zeros until there are `count`.
    mutating func grow(to count: Int) {
        guard width > 0 else { return }
        rows.grow(to: count)
        factors.grow(to: count)
    }

    /// Replaces a row by one of others. O(width), or O(256 · width) where a copy shares the block.
    mutating func write(_ source: Int, of halves: ItemHalves, at row: Int) {
        precondition(halves.width == width, "halves of another network")
        unsafe halves.read(source, into: rows.mutableBase(of: row), factors.mutableBase(of: row))
    }

    /// Copies rows one after the other into the first of `halves`, which grow as needed. O(numbers · width).
    func gather(_ numbers: Span<ItemNumber>, into halves: inout ItemHalves) {
        if halves.width != width { halves = ItemHalves(width: width) }
        halves.grow(to: numbers.count)
        unsafe withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: numbers.count) { found in
            unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: numbers.count) { worth in
                rows.withRows { rows in
                    factors.withRows { factors in
                        for place in numbers.indices {
                            let row = Int(numbers[place])
                            unsafe found[place] = UnsafeRawPointer(rows[row])
                            unsafe worth[place] = factors[row].pointee
                        }
                    }
                }
                unsafe halves.replaceFirst(UnsafeBufferPointer(found), factors: UnsafeBufferPointer(worth))
            }
        }
    }
}
