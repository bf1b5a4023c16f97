/// An index that has a form in files.
protocol StoredIndex: VectorIndex {
    /// Names the form in a file's header.
    static var fileKind: UInt32 { get }

    /// Writes all sections.
    func write(to writer: inout IndexFileWriter) throws(IndexFileError)

    /// The index of a file whose checksums are right, on the mapped bytes: whatever a search relies on is checked.
    init(reading file: IndexFileReader) throws(IndexFileError)
}
