import Checksum

/// Where what lies in an index file; FORMAT.md has it in words. All numbers are little-endian.
enum IndexFileLayout {
    /// The first byte has its highest bit set and the last ones are line ends: what transfers as text is found out.
    static let magic: [UInt8] = [0x89, 0x43, 0x49, 0x44, 0x58, 0x0D, 0x0A, 0x1A]
    /// The format that is written.
    static let version: UInt32 = 1
    /// Header, then the table of sections: together the first page.
    static let headerSize = 64
    static let entrySize = 32
    static let checksumOffset = 56
    /// Sections begin at multiples of this: whole pages of a mapping.
    static let alignment = 4096
    static let maximumSections = (alignment - headerSize) / entrySize

    static func aligned(_ size: Int) -> Int { (size + alignment - 1) / alignment * alignment }

    /// What the header says.
    struct Header: Equatable {
        var kind: UInt32
        var fileSize: UInt64
        var dimensions: UInt32
        var sections: UInt32
        /// Item numbers are below this.
        var count: UInt64
    }

    /// A line of the table.
    struct Entry: Equatable {
        var tag: SectionTag
        var offset: UInt64
        /// Without the padding behind it.
        var size: UInt64
        /// XXH3 from the offset to the next section, padding included.
        var checksum: UInt64
    }

    /// The first page.
    static func page(_ header: Header, _ entries: [Entry]) -> [UInt8] {
        var bytes = magic
        append(version, to: &bytes)
        append(header.kind, to: &bytes)
        append(header.fileSize, to: &bytes)
        append(header.dimensions, to: &bytes)
        append(header.sections, to: &bytes)
        append(header.count, to: &bytes)
        bytes += Array(repeating: 0, count: headerSize - bytes.count)
        for entry in entries {
            append(entry.tag.code, to: &bytes)
            append(UInt32(0), to: &bytes)
            append(entry.offset, to: &bytes)
            append(entry.size, to: &bytes)
            append(entry.checksum, to: &bytes)
        }
        bytes += Array(repeating: 0, count: alignment - bytes.count)
        let checksum = unsafe bytes.withUnsafeBytes { unsafe pageChecksum($0) }
        for place in 0..<8 { bytes[checksumOffset + place] = UInt8(truncatingIfNeeded: checksum >> UInt64(8 * place)) }
        return bytes
    }

    /// The checksum of the first page, its own field left out.
    static func pageChecksum(_ page: UnsafeRawBufferPointer) -> UInt64 {
        var hash = XXH3()
        unsafe hash.update(UnsafeRawBufferPointer(rebasing: page[..<checksumOffset]))
        unsafe hash.update(UnsafeRawBufferPointer(rebasing: page[headerSize..<alignment]))
        return hash.checksum
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        for place in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> Number(8 * place))) }
    }
}
