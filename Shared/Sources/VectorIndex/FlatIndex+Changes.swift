extension FlatIndex {
    /// This index with items added or replaced; of two entries with the same number the later one counts. Numbers beyond
    /// the end make the index grow. O(chunks + touched chunks · 1,024 · dimensions).
    public func inserting(_ entries: [IndexEntry]) -> FlatIndex {
        var chunks = chunks
        var fresh = Set<Int>()
        var encoder = RowEncoder(dimensions: dimensions)
        var count = count
        for entry in entries {
            precondition(entry.vector.count == dimensions, "vector size does not fit")
            let number = Int(entry.number)
            count = max(count, number + 1)
            while chunks.count * Chunk.rows < count {
                fresh.insert(chunks.count)
                chunks.append(Chunk(dimensions: paddedDimensions))
            }
            Self.own(number / Chunk.rows, in: &chunks, fresh: &fresh)
            encoder.write(
                entry.vector.span, bias: entry.bias, row: number % Chunk.rows, into: chunks[number / Chunk.rows])
        }
        return FlatIndex(dimensions: dimensions, count: count, chunks: chunks)
    }

    /// This index without some items; numbers that are not there change nothing.
    /// O(chunks + touched chunks · 1,024 · dimensions).
    public func deleting(_ numbers: [UInt32]) -> FlatIndex {
        var chunks = chunks
        var fresh = Set<Int>()
        for number in numbers where contains(number) {
            Self.own(Int(number) / Chunk.rows, in: &chunks, fresh: &fresh)
            chunks[Int(number) / Chunk.rows].erase(row: Int(number) % Chunk.rows)
        }
        return FlatIndex(dimensions: dimensions, count: count, chunks: chunks)
    }

    /// Makes a chunk one that nobody else reads.
    private static func own(_ index: Int, in chunks: inout [Chunk], fresh: inout Set<Int>) {
        if fresh.insert(index).inserted { chunks[index] = Chunk(copying: chunks[index]) }
    }
}
