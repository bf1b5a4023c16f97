/// Scan blocks that lie one after the other in a matrix: `first` and those behind it, `count` in all.
public struct BlockRange: Sendable, Equatable, BitwiseCopyable {
    /// The number of the first block.
    public var first: UInt32
    /// How many blocks.
    public var count: UInt32

    /// `count` blocks from `first` on.
    public init(first: UInt32, count: UInt32) {
        self.first = first
        self.count = count
    }
}
