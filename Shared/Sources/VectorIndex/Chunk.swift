import Kernels

/// 1,024 rows of an index in one piece of memory:
///
///     int8 rows, in scan blocks of 16 │ a scale a row │ a bias a row
///
/// A row that holds no item has the bias minus infinity, and so has its score: the scan needs no other mark. A chunk is
/// filled before it becomes part of an index and is never written after. Its memory is its own or a part of a mapped file.
@safe
// Written only by whoever made it, before it is shared; immutable from then on.
final class Chunk: @unchecked Sendable {
    static let rows = 1024

    /// Dimensions, padded to ``FlatIndex/paddedDimensions``.
    let dimensions: Int
    private let memory: UnsafeMutableRawPointer
    /// Whose part the memory is; nil for memory of its own.
    private let file: MappedFile?
    /// How many rows hold an item.
    private(set) var alive = 0

    /// Bytes of a chunk.
    static func size(dimensions: Int) -> Int { rows * (dimensions + 8) }

    private var size: Int { Self.size(dimensions: dimensions) }

    /// All of it, as it is stored.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: memory, count: size) }

    /// A chunk without items.
    init(dimensions: Int) {
        self.dimensions = dimensions
        file = nil
        unsafe memory = .allocate(byteCount: Self.size(dimensions: dimensions), alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe mutableBiases.update(repeating: -.infinity, count: Self.rows)
    }

    /// A copy that may be written.
    init(copying other: Chunk) {
        dimensions = other.dimensions
        file = nil
        unsafe memory = .allocate(byteCount: Self.size(dimensions: dimensions), alignment: 64)
        unsafe memory.copyMemory(from: other.memory, byteCount: size)
        alive = other.alive
    }

    /// A chunk whose bytes are a part of a file, aligned to 64.
    /// - Parameter rows: how many of its rows may hold an item, from the first on.
    /// - Returns: nil for bytes that no chunk has.
    init?(mapped bytes: UnsafeRawBufferPointer, of file: MappedFile, dimensions: Int, rows: Int) {
        guard bytes.count == Self.size(dimensions: dimensions), let start = bytes.baseAddress else { return nil }
        self.dimensions = dimensions
        self.file = file
        unsafe memory = UnsafeMutableRawPointer(mutating: start)
        for row in 0..<Self.rows {
            let isThere = isAlive(row)
            guard !isThere || row < rows, unsafe mutableScales[row].isFinite,
                !isThere || (unsafe mutableBiases[row].isFinite)
            else { return nil }
            if isThere { alive += 1 }
        }
    }

    deinit {
        if file == nil { unsafe memory.deallocate() }
    }

    private var mutableRows: UnsafeMutablePointer<Int8> {
        unsafe memory.assumingMemoryBound(to: Int8.self)
    }

    private var mutableScales: UnsafeMutablePointer<Float> {
        unsafe (memory + Self.rows * dimensions).assumingMemoryBound(to: Float.self)
    }

    private var mutableBiases: UnsafeMutablePointer<Float> {
        unsafe (memory + Self.rows * (dimensions + 4)).assumingMemoryBound(to: Float.self)
    }

    /// Whether a row holds an item.
    func isAlive(_ row: Int) -> Bool {
        unsafe mutableBiases[row] != -.infinity
    }

    /// Writes an item's quantised vector, `dimensions` values.
    func write(row: Int, vector: Span<Int8>, scale: Float, bias: Float) {
        if !isAlive(row) { alive += 1 }
        unsafe mutableScales[row] = scale
        unsafe mutableBiases[row] = bias.isFinite ? bias : 0
        let size = Kernels.blockRows * dimensions
        let first = unsafe mutableRows + row / Kernels.blockRows * size
        var block = unsafe UnsafeMutableBufferPointer(start: first, count: size).mutableSpan
        Kernels.writeBlockRow(vector, row: row % Kernels.blockRows, dimensions: dimensions, into: &block)
    }

    /// Removes an item.
    func erase(row: Int) {
        if isAlive(row) { alive -= 1 }
        unsafe mutableBiases[row] = -.infinity
    }

    /// What is added to an item's scores; zero for a row without an item.
    func bias(of row: Int) -> Float {
        isAlive(row) ? unsafe mutableBiases[row] : 0
    }

    /// The vector as stored: `out` has at most `dimensions` values.
    func read(row: Int, into out: inout MutableSpan<Float>) {
        let scale = unsafe mutableScales[row]
        let first = unsafe mutableRows + row / Kernels.blockRows * Kernels.blockRows * dimensions
        let place = row % Kernels.blockRows * 4
        for d in out.indices {
            out[d] = unsafe Float(first[d / 4 * 4 * Kernels.blockRows + place + d % 4]) * scale
        }
    }

    /// The int8 values as stored, `dimensions` of them; returns their scale.
    func read(row: Int, into values: inout [Int8]) -> Float {
        let size = Kernels.blockRows * dimensions
        let block = unsafe UnsafeBufferPointer(start: mutableRows + row / Kernels.blockRows * size, count: size)
        var span = values.mutableSpan
        unsafe Kernels.readBlockRow(
            block.span, row: row % Kernels.blockRows, dimensions: dimensions, into: &span)
        return unsafe mutableScales[row]
    }

    /// Scores of `blocks` blocks of rows from block `first` on for `queries` quantised queries of `dimensions` values each;
    /// the scores of a query are ``rows`` after those of the one before.
    func unsafeScan(
        from first: Int = 0, blocks: Int = rows / Kernels.blockRows, queries: Int, query: UnsafePointer<Int8>,
        queryScales: UnsafePointer<Float>, scores: UnsafeMutablePointer<Float>
    ) {
        precondition(first >= 0 && (first + blocks) * Kernels.blockRows <= Self.rows, "blocks beyond the chunk")
        let row = first * Kernels.blockRows
        unsafe Kernels.unsafeScan(
            blocks: blocks, dimensions: dimensions, rows: mutableRows + row * dimensions,
            rowScales: mutableScales + row,
            biases: mutableBiases + row, queries: queries, query: query, queryScales: queryScales, scores: scores,
            scoreStride: Self.rows)
    }
}
