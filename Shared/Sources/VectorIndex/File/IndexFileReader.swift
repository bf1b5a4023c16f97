import Checksum

/// A mapped index file whose header and checksums are right.
struct IndexFileReader {
    let path: String
    let file: MappedFile
    let kind: UInt32
    let dimensions: Int
    /// Item numbers are below this.
    let count: Int
    private let entries: [IndexFileLayout.Entry]

    init(_ path: String) throws(IndexFileError) {
        self.path = path
        file = try MappedFile(path)
        let header = try Self.header(of: file, path)
        kind = header.kind
        dimensions = Int(header.dimensions)
        // Numbers are 32 bits wide.
        guard header.count <= 1 << 32, dimensions > 0, dimensions <= 1 << 16 else {
            throw IndexFileError(.inconsistent, path, "has a size that no index has")
        }
        count = Int(header.count)
        entries = (0..<Int(header.sections)).map { [file] in unsafe Self.entry($0, of: file.bytes) }
        try checkSections(fileSize: header.fileSize)
    }

    /// The values of a section, in place. A section that does not hold whole values is refused.
    func values<Value: BitwiseCopyable>(
        _ tag: SectionTag, as type: Value.Type
    ) throws(IndexFileError) -> UnsafeBufferPointer<Value> {
        guard let entry = entries.first(where: { $0.tag == tag }) else {
            throw IndexFileError(.inconsistent, path, "has no section \(tag)")
        }
        guard Int(entry.size) % MemoryLayout<Value>.stride == 0 else {
            throw inconsistent(tag)
        }
        let range = Int(entry.offset)..<Int(entry.offset + entry.size)
        // Sections begin at pages: aligned for every type.
        return unsafe UnsafeRawBufferPointer(rebasing: file.bytes[range]).assumingMemoryBound(to: Value.self)
    }

    /// As ``values(_:as:)``, of a section that must hold so many.
    func values<Value: BitwiseCopyable>(
        _ tag: SectionTag, as type: Value.Type, count: Int
    ) throws(IndexFileError) -> UnsafeBufferPointer<Value> {
        let values = try unsafe values(tag, as: type)
        guard values.count == count else { throw inconsistent(tag) }
        return unsafe values
    }

    /// Whether a section is there.
    func has(_ tag: SectionTag) -> Bool { entries.contains { $0.tag == tag } }

    /// What to throw for a section that contradicts others.
    func inconsistent(_ tag: SectionTag) -> IndexFileError {
        IndexFileError(.inconsistent, path, "has a section \(tag) that does not fit the others")
    }

    private static func header(of file: MappedFile, _ path: String) throws(IndexFileError) -> IndexFileLayout.Header {
        let bytes = unsafe file.bytes
        let magic = IndexFileLayout.magic
        let isShort = bytes.count < magic.count
        guard unsafe bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count)) else {
            throw IndexFileError(.notAnIndex, path, "is no index file")
        }
        guard !isShort, bytes.count >= IndexFileLayout.alignment else {
            throw IndexFileError(.truncated, path, "ends inside its header")
        }
        let version = unsafe number(UInt32.self, at: 8, of: bytes)
        guard version <= IndexFileLayout.version else {
            throw IndexFileError(
                .newerVersion, path,
                "has format \(version), this version reads up to \(IndexFileLayout.version)")
        }
        guard
            unsafe number(UInt64.self, at: IndexFileLayout.checksumOffset, of: bytes)
                == IndexFileLayout.pageChecksum(UnsafeRawBufferPointer(rebasing: bytes[..<IndexFileLayout.alignment])),
            version >= 1
        else { throw IndexFileError(.checksum, path, "has a damaged header") }
        let header = unsafe IndexFileLayout.Header(
            kind: number(UInt32.self, at: 12, of: bytes), fileSize: number(UInt64.self, at: 16, of: bytes),
            dimensions: number(UInt32.self, at: 24, of: bytes), sections: number(UInt32.self, at: 28, of: bytes),
            count: number(UInt64.self, at: 32, of: bytes))
        guard header.fileSize <= bytes.count else {
            throw IndexFileError(.truncated, path, "has \(bytes.count) of \(header.fileSize) bytes")
        }
        guard header.fileSize == bytes.count, header.sections <= IndexFileLayout.maximumSections else {
            throw IndexFileError(.inconsistent, path, "has a size that its header does not say")
        }
        return header
    }

    private static func entry(_ index: Int, of bytes: UnsafeRawBufferPointer) -> IndexFileLayout.Entry {
        let place = IndexFileLayout.headerSize + index * IndexFileLayout.entrySize
        return unsafe IndexFileLayout.Entry(
            tag: SectionTag(code: number(UInt32.self, at: place, of: bytes)),
            offset: number(UInt64.self, at: place + 8, of: bytes),
            size: number(UInt64.self, at: place + 16, of: bytes),
            checksum: number(UInt64.self, at: place + 24, of: bytes))
    }

    private static func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type, at offset: Int, of bytes: UnsafeRawBufferPointer
    ) -> Number {
        unsafe Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The sections follow each other without gaps to the end of the file, and their bytes are those that were written.
    private func checkSections(fileSize: UInt64) throws(IndexFileError) {
        var end = UInt64(IndexFileLayout.alignment)
        for (index, entry) in entries.enumerated() {
            let next = index + 1 < entries.count ? entries[index + 1].offset : fileSize
            guard entry.offset == end, next >= end, next <= fileSize, entry.size <= next - end,
                next - end == UInt64(IndexFileLayout.aligned(Int(entry.size)))
            else { throw IndexFileError(.inconsistent, path, "has sections that do not follow each other") }
            let range = Int(entry.offset)..<Int(next)
            guard unsafe XXH3.checksum(of: UnsafeRawBufferPointer(rebasing: file.bytes[range])) == entry.checksum else {
                throw IndexFileError(.checksum, path, "is damaged in its section \(entry.tag)")
            }
            end = next
        }
        guard end == fileSize else {
            throw IndexFileError(.inconsistent, path, "has bytes that belong to no section")
        }
    }
}
