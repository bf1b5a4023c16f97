import Domain
import Kernels

/// Items' shares of a ``QuantisedRanker``'s first layer that grow at the end, as a value: copies share all blocks but those
/// written since.
public struct HalfTable: Sendable {
    /// Rows a block.
    static let blockRows = 256

    private var blocks: [ItemHalves] = []
    /// Units of the layer; 0 without such a ranker.
    public let width: Int

    /// A table without rows.
    public init(width: Int) { self.width = width }

    /// Adds rows of zeros until there are `count`.
    mutating func grow(to count: Int) {
        guard width > 0 else { return }
        while blocks.count * Self.blockRows < count {
            var block = ItemHalves(width: width)
            block.grow(to: Self.blockRows)
            blocks.append(block)
        }
    }

    /// Replaces a row by one of others. O(width), or O(256 · width) where a copy shares the block.
    mutating func write(_ source: Int, of halves: ItemHalves, at row: Int) {
        blocks[row / Self.blockRows].copy(source, of: halves, to: row % Self.blockRows)
    }

    /// Copies rows one after the other into the first of `halves`, which grow as needed. O(numbers · width).
    func gather(_ numbers: Span<ItemNumber>, into halves: inout ItemHalves) {
        if halves.width != width { halves = ItemHalves(width: width) }
        halves.grow(to: numbers.count)
        halves.copy(numbers, from: blocks, rowsEach: Self.blockRows)
    }
}
