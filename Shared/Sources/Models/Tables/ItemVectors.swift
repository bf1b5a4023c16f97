public import Domain

/// What the models know of each item of a catalogue, by item number: computed once from the parameters and the item's
/// tokens, read by every request. A value: a snapshot keeps its rows while a writer goes on.
public struct ItemVectors: Sendable {
    /// Inputs of the user tower: an item's embedding before the item tower, `dimensions` wide.
    public internal(set) var inputs: RowTable
    /// Outputs of the item tower, `dimensions` wide, of length 1: what an index searches.
    public internal(set) var vectors: RowTable
    /// The part of each item's score that does not depend on the user.
    public internal(set) var biases = ChunkedArray<Float>()
    /// The item's share of a float ranker's first layer; width 0 without one.
    public internal(set) var rankerHalves: RowTable
    /// The same of an int8 ranker.
    public internal(set) var itemHalves: HalfTable
    /// The row that the models have for each item, −1 for none.
    private var rows = ChunkedArray<Int32>()

    /// No items yet. ``ModelBundle/makeItemVectors()`` makes one that fits a bundle.
    public init(dimensions: Int, rankerHalf: Int, int8Half: Int = 0) {
        inputs = RowTable(width: dimensions)
        vectors = RowTable(width: dimensions)
        rankerHalves = RowTable(width: rankerHalf)
        itemHalves = HalfTable(width: int8Half)
    }

    /// Items there is room for; those never written are zeros.
    public var count: Int { vectors.count }

    /// Makes room for items below `count`.
    public mutating func grow(to count: Int) {
        inputs.grow(to: count)
        vectors.grow(to: count)
        rankerHalves.grow(to: count)
        itemHalves.grow(to: count)
        biases.grow(to: count, filling: 0)
        rows.grow(to: count, filling: -1)
    }

    /// The row that the models have for an item; nil for one that training did not know.
    func row(of item: ItemNumber) -> Int32? {
        guard Int(item) < rows.count else { return nil }
        let row = rows[Int(item)]
        return row >= 0 ? row : nil
    }

    /// Notes which row an item has.
    mutating func note(_ item: ItemNumber, row: Int32?) {
        rows[Int(item)] = row ?? -1
    }

    /// An item's vector.
    public func vector(of item: ItemNumber) -> [Float] { vectors[Int(item)] }

    /// An item's bias.
    public func bias(of item: ItemNumber) -> Float { biases[Int(item)] }

    /// Copies the vectors of items 0..<count, one after the other, into `output`.
    public func copyVectors(into output: inout MutableSpan<Float>) {
        let width = vectors.width
        precondition(output.count >= count * width, "too little room for the vectors of all items")
        for row in 0..<count {
            var target = output._mutatingExtracting((row * width)..<((row + 1) * width))
            vectors.read(row, into: &target)
        }
    }
}
