/// Indexes in files: written whole or not at all, read by mapping them, without a copy. FORMAT.md has the format.
public struct IndexFile: Sendable {
    /// The index: a snapshot over the mapped file, which changes copy from where they touch it.
    public let index: any VectorIndex
    /// What was given when it was written.
    public let note: [UInt8]

    /// Forms by kind.
    private static let kinds: [any StoredIndex.Type] = [FlatIndex.self, IVFIndex.self]

    /// Writes an index to a file that takes the place of what is at the path: under another name at first, put on the
    /// device, then renamed. Readers of the file that was there keep it.
    ///
    /// - Parameter note: kept with it, such as what the index was made from.
    public static func write(_ index: any VectorIndex, to path: String, note: [UInt8] = []) throws(IndexFileError) {
        guard let stored = index as? any StoredIndex else {
            preconditionFailure("an index of this type has no form in files")
        }
        var writer = try IndexFileWriter(path)
        try writer.section(.note) { writer throws(IndexFileError) in try writer.append(note) }
        try stored.write(to: &writer)
        try writer.finish(kind: type(of: stored).fileKind, dimensions: stored.dimensions, count: stored.count)
    }

    /// Maps an index, after its checksums and all that a search relies on were checked: O(bytes), at the speed of memory.
    ///
    /// The file must not be written to while the index lives; ``write(_:to:note:)`` never does that.
    public init(reading path: String) throws(IndexFileError) {
        let file = try IndexFileReader(path)
        guard let kind = Self.kinds.first(where: { $0.fileKind == file.kind }) else {
            throw IndexFileError(.newerVersion, path, "holds a kind of index that this version does not know")
        }
        note = try unsafe Array(file.values(.note, as: UInt8.self))
        index = try kind.init(reading: file)
    }
}
