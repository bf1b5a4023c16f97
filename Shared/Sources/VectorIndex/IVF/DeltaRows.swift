import Kernels

/// Items inserted since the lists were made: rows in chunks, each with its number, in the order of insertion. A row whose
/// item was deleted or replaced is erased and stays empty.
struct DeltaRows: Sendable {
    let dimensions: Int
    private(set) var chunks: [Chunk] = []
    /// A number for each row, `Chunk.rows` a chunk; ``empty`` for those that hold none.
    private(set) var numbers: [[UInt32]] = []
    /// Rows in use, erased ones included.
    private(set) var used = 0
    /// Rows that hold an item.
    private(set) var alive = 0

    /// In place of a number where a row holds none.
    static let empty = UInt32.max

    init(dimensions: Int) {
        self.dimensions = dimensions
    }

    /// Rows that a file gave: `used` of them in use.
    init(dimensions: Int, chunks: [Chunk], numbers: [[UInt32]], used: Int) {
        self.dimensions = dimensions
        self.chunks = chunks
        self.numbers = numbers
        self.used = used
        alive = chunks.reduce(0) { $0 + $1.alive }
    }

    var memory: Int { chunks.count * Chunk.rows * (FlatIndex.padded(dimensions) + 12) }

    /// The row that holds a number. O(rows).
    func row(of number: UInt32) -> Int? {
        for (place, numbers) in numbers.enumerated() {
            if let row = numbers.firstIndex(of: number), number != Self.empty { return place * Chunk.rows + row }
        }
        return nil
    }

    /// Erases the rows of some numbers and appends entries. O(chunks + touched chunks · 1,024 · dimensions).
    mutating func change(erasing barred: [UInt32], appending entries: [IndexEntry]) {
        var fresh = Set<Int>()
        for number in barred {
            guard let row = row(of: number) else { continue }
            own(row / Chunk.rows, &fresh)
            chunks[row / Chunk.rows].erase(row: row % Chunk.rows)
            numbers[row / Chunk.rows][row % Chunk.rows] = Self.empty
            alive -= 1
        }
        var encoder = RowEncoder(dimensions: dimensions)
        for entry in entries {
            if used == chunks.count * Chunk.rows {
                fresh.insert(chunks.count)
                chunks.append(Chunk(dimensions: FlatIndex.padded(dimensions)))
                numbers.append(Array(repeating: Self.empty, count: Chunk.rows))
            }
            own(used / Chunk.rows, &fresh)
            encoder.write(
                entry.vector.span, bias: entry.bias, row: used % Chunk.rows, into: chunks[used / Chunk.rows])
            numbers[used / Chunk.rows][used % Chunk.rows] = entry.number
            used += 1
            alive += 1
        }
    }

    /// Makes a chunk one that nobody else reads.
    private mutating func own(_ index: Int, _ fresh: inout Set<Int>) {
        if fresh.insert(index).inserted { chunks[index] = Chunk(copying: chunks[index]) }
    }
}
