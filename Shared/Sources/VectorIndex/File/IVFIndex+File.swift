/// An IVF index in a file: the memory of its lists as it is, and what was inserted and deleted since.
extension IVFIndex: StoredIndex {
    static let fileKind: UInt32 = 2

    private static let parametersTag = SectionTag("PARA")
    private static let recallTag = SectionTag("RCLL")
    private static let listsTag = SectionTag("LIST")
    private static let deadTag = SectionTag("DEAD")
    private static let deltaTag = SectionTag("DELT")
    private static let deltaNumbersTag = SectionTag("DNUM")

    func write(to writer: inout IndexFileWriter) throws(IndexFileError) {
        let parameters = IVFParameters(
            rows: UInt64(base.layout.rows), lists: UInt64(base.layout.lists), hasBiases: base.layout.hasBiases ? 1 : 0,
            count: UInt64(base.count), recall: recall, seed: seed, inserted: UInt64(delta.used))
        try writer.section(Self.parametersTag) { writer throws(IndexFileError) in
            try writer.append([parameters])
        }
        try writer.section(Self.recallTag) { writer throws(IndexFileError) in try writer.append(table.lists) }
        try writer.section(Self.listsTag) { writer throws(IndexFileError) in
            let bytes = unsafe UnsafeRawBufferPointer(start: base.storage.base, count: base.layout.byteCount)
            try unsafe writer.append(bytes)
        }
        try writer.section(Self.deadTag) { writer throws(IndexFileError) in
            if let dead { try writer.append(dead.words) }
        }
        try writer.section(Self.deltaTag) { writer throws(IndexFileError) in
            for chunk in delta.chunks { try unsafe writer.append(chunk.bytes) }
        }
        try writer.section(Self.deltaNumbersTag) { writer throws(IndexFileError) in
            for numbers in delta.numbers { try writer.append(numbers) }
        }
    }

    convenience init(reading file: IndexFileReader) throws(IndexFileError) {
        let parameters = try Self.parameters(of: file)
        let layout = IVFLayout(
            dimensions: file.dimensions, rows: Int(parameters.rows), lists: Int(parameters.lists),
            hasBiases: parameters.hasBiases == 1)
        let table = try unsafe Array(
            file.values(
                Self.recallTag, as: UInt32.self, count: RecallTable.recalls.count * RecallTable.sizes.count))
        let base = try Self.lists(of: file, layout, count: Int(parameters.count))
        let dead = try Self.dead(of: file, base)
        let delta = try Self.delta(of: file, base, dead, used: Int(parameters.inserted))
        self.init(
            base: base, table: RecallTable(lists: table), recall: parameters.recall, seed: parameters.seed,
            count: file.count, dead: dead, deadCount: dead?.count ?? 0, delta: delta)
    }

    private static func parameters(of file: IndexFileReader) throws(IndexFileError) -> IVFParameters {
        let all = try unsafe file.values(parametersTag, as: IVFParameters.self, count: 1)
        let parameters = unsafe all[0]
        // Row numbers have 31 bits; a list without rows is a list all the same.
        guard FlatIndex.padded(file.dimensions) <= FlatIndex.maximumDimensions, parameters.rows < 1 << 31,
            parameters.lists >= 1, parameters.lists < 1 << 31, parameters.hasBiases <= 1,
            parameters.count <= file.count, parameters.rows <= parameters.count, parameters.recall.isFinite,
            parameters.inserted < 1 << 31
        else { throw file.inconsistent(parametersTag) }
        return parameters
    }

    private static func lists(
        of file: IndexFileReader, _ layout: IVFLayout, count: Int
    ) throws(IndexFileError) -> IVFLists {
        let bytes = try unsafe file.values(listsTag, as: UInt8.self, count: layout.byteCount)
        guard let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress) else {
            throw file.inconsistent(listsTag)
        }
        // Holds the mapping for as long as the lists are there.
        let storage = unsafe IndexStorage(base: start, byteCount: bytes.count) { [mapping = file.file] _, _ in
            withExtendedLifetime(mapping) {}
        }
        guard let base = IVFLists(mapped: layout, storage: storage, count: count) else {
            throw file.inconsistent(listsTag)
        }
        return base
    }

    private static func dead(of file: IndexFileReader, _ base: IVFLists) throws(IndexFileError) -> ItemFilter? {
        let words = try unsafe Array(file.values(deadTag, as: UInt64.self))
        guard !words.isEmpty else { return nil }
        guard let dead = ItemFilter(words: words), words.count == base.present.words.count,
            zip(words, base.present.words).allSatisfy({ $0 & ~$1 == 0 })
        else { throw file.inconsistent(deadTag) }
        return dead
    }

    private static func delta(
        of file: IndexFileReader, _ base: IVFLists, _ dead: ItemFilter?, used: Int
    ) throws(IndexFileError) -> DeltaRows {
        let count = (used + Chunk.rows - 1) / Chunk.rows
        let size = Chunk.size(dimensions: base.layout.paddedDimensions)
        let bytes = try unsafe file.values(deltaTag, as: UInt8.self, count: count * size)
        let all = try unsafe Array(file.values(deltaNumbersTag, as: UInt32.self, count: count * Chunk.rows))
        var chunks: [Chunk] = []
        var numbers: [[UInt32]] = []
        var seen = Set<UInt32>()
        for index in 0..<count {
            let range = index * size..<(index + 1) * size
            let chunk = unsafe Chunk(
                mapped: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])), of: file.file,
                dimensions: base.layout.paddedDimensions, rows: min(Chunk.rows, used - index * Chunk.rows))
            guard let chunk else { throw file.inconsistent(deltaTag) }
            let own = Array(all[index * Chunk.rows..<(index + 1) * Chunk.rows])
            for (row, number) in own.enumerated() {
                let isThere = chunk.isAlive(row)
                // Each item once, in the lists or here.
                guard isThere == (number != DeltaRows.empty),
                    !isThere
                        || Int(number) < file.count && seen.insert(number).inserted
                            && (!base.present.contains(number) || dead?.contains(number) == true)
                else { throw file.inconsistent(deltaNumbersTag) }
            }
            chunks.append(chunk)
            numbers.append(own)
        }
        return DeltaRows(dimensions: file.dimensions, chunks: chunks, numbers: numbers, used: used)
    }
}
