/// One item's place in an index.
public struct IndexEntry: Sendable, Equatable {
    /// The item's number.
    public var number: UInt32
    /// As many values as the index has dimensions.
    public var vector: [Float]
    /// Added to every score of the item.
    public var bias: Float

    /// An entry.
    public init(number: UInt32, vector: [Float], bias: Float = 0) {
        self.number = number
        self.vector = vector
        self.bias = bias
    }
}
