/// A flat index in a file: its chunks as they lie in memory, one after the other.
extension FlatIndex: StoredIndex {
    static let fileKind: UInt32 = 1

    private static let chunkTag = SectionTag("CHNK")

    func write(to writer: inout IndexFileWriter) throws(IndexFileError) {
        try writer.section(Self.chunkTag) { writer throws(IndexFileError) in
            for chunk in chunks { try unsafe writer.append(chunk.bytes) }
        }
    }

    convenience init(reading file: IndexFileReader) throws(IndexFileError) {
        let padded = Self.padded(file.dimensions)
        let number = (file.count + Chunk.rows - 1) / Chunk.rows
        let size = Chunk.size(dimensions: padded)
        guard padded <= Self.maximumDimensions else { throw file.inconsistent(Self.chunkTag) }
        let bytes = try unsafe file.values(Self.chunkTag, as: UInt8.self, count: number * size)
        var chunks: [Chunk] = []
        chunks.reserveCapacity(number)
        for index in 0..<number {
            let rows = min(Chunk.rows, file.count - index * Chunk.rows)
            let range = index * size..<(index + 1) * size
            let chunk = unsafe Chunk(
                mapped: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])), of: file.file,
                dimensions: padded, rows: rows)
            guard let chunk else { throw file.inconsistent(Self.chunkTag) }
            chunks.append(chunk)
        }
        self.init(dimensions: file.dimensions, count: file.count, chunks: chunks)
    }
}
