/// Where each tensor of a model lies in one flat block of floats: so that an optimiser, a gradient and a file are each
/// one pass over memory.
public struct ParameterLayout: Sendable, Equatable {
    /// A tensor's place in the block.
    public struct Tensor: Sendable, Equatable {
        /// Its name in a file.
        public let name: String
        /// Rows × columns; one column for a vector.
        public let rows: Int
        public let columns: Int
        /// Index of its first float.
        public let offset: Int

        /// Floats it has.
        public var count: Int { rows * columns }
        /// Its floats in the block.
        public var range: Range<Int> { offset..<(offset + count) }
    }

    /// All tensors in the order of the block.
    public private(set) var tensors: [Tensor] = []
    /// Floats of the block.
    public private(set) var count = 0

    /// A layout without tensors.
    public init() {}

    /// Appends a tensor and returns its place.
    public mutating func append(_ name: String, rows: Int, columns: Int) -> Tensor {
        precondition(rows >= 0 && columns > 0, "a tensor's size is not negative")
        let tensor = Tensor(name: name, rows: rows, columns: columns, offset: count)
        tensors.append(tensor)
        count += tensor.count
        return tensor
    }
}
