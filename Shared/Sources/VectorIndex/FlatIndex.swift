import Kernels

/// An exact index over int8 vectors: a search scores every item, eight queries at a time.
///
/// A vector is stored as int8 with one scale, so a score is within about half a percent of the float product; the scan
/// over what is stored is exact. Row number is item number. An index is a snapshot: it never changes, and
/// ``inserting(_:)`` and ``deleting(_:)`` return another one that shares the chunks they did not touch, so that readers
/// need no lock.
public final class FlatIndex: VectorIndex {
    /// Values of a vector.
    public let dimensions: Int
    /// Item numbers are below this.
    public let count: Int
    let chunks: [Chunk]

    /// Values of a stored vector: a multiple of 16.
    let paddedDimensions: Int

    init(dimensions: Int, count: Int, chunks: [Chunk]) {
        self.dimensions = dimensions
        self.count = count
        self.chunks = chunks
        paddedDimensions = Self.padded(dimensions)
    }

    static let maximumDimensions = Kernels.maximumDimensions

    static func padded(_ dimensions: Int) -> Int {
        (dimensions + 15) / 16 * 16
    }

    /// An index without items.
    public convenience init(dimensions: Int) {
        precondition(
            dimensions > 0 && Self.padded(dimensions) <= Kernels.maximumDimensions, "no index has such dimensions")
        self.init(dimensions: dimensions, count: 0, chunks: [])
    }

    /// An index of the items 0 ..< `count`. O(count·dimensions).
    ///
    /// - Parameters:
    ///   - vectors: count × dimensions.
    ///   - biases: added to every score of an item; nil for none.
    ///   - alive: which of the items are there; nil for all.
    public convenience init(
        dimensions: Int, count: Int, vectors: Span<Float>, biases: Span<Float>? = nil, alive: Span<Bool>? = nil
    ) {
        precondition(
            dimensions > 0 && Self.padded(dimensions) <= Kernels.maximumDimensions, "no index has such dimensions")
        precondition(vectors.count == count * dimensions, "not a vector for each item")
        if let biases { precondition(biases.count == count, "not a bias for each item") }
        if let alive { precondition(alive.count == count, "not a mark for each item") }
        var encoder = RowEncoder(dimensions: dimensions)
        var chunks: [Chunk] = []
        for number in 0..<count {
            if number.isMultiple(of: Chunk.rows) { chunks.append(Chunk(dimensions: Self.padded(dimensions))) }
            if let alive, !alive[number] { continue }
            let bias = if let biases { biases[number] } else { Float(0) }
            let vector = vectors.extracting(number * dimensions..<(number + 1) * dimensions)
            encoder.write(vector, bias: bias, row: number % Chunk.rows, into: chunks[number / Chunk.rows])
        }
        self.init(dimensions: dimensions, count: count, chunks: chunks)
    }

    /// How many items are there.
    public var aliveCount: Int {
        chunks.reduce(0) { $0 + $1.alive }
    }

    /// Bytes of memory that the vectors take.
    public var memory: Int {
        chunks.count * Chunk.rows * (paddedDimensions + 8)
    }

    /// Whether an item is there. O(1).
    public func contains(_ number: UInt32) -> Bool {
        Int(number) < count && chunks[Int(number) / Chunk.rows].isAlive(Int(number) % Chunk.rows)
    }

    /// Writes an item's vector as stored, `dimensions` values; false, and zeros, when the item is not there.
    @discardableResult
    public func copyVector(of number: UInt32, into vector: inout MutableSpan<Float>) -> Bool {
        precondition(vector.count == dimensions, "vector size does not fit")
        guard contains(number) else {
            for i in vector.indices { vector[i] = 0 }
            return false
        }
        chunks[Int(number) / Chunk.rows].read(row: Int(number) % Chunk.rows, into: &vector)
        return true
    }
}
