/// Where an importer's bytes come from, piece by piece.
protocol ByteSource: AnyObject {
    /// Bytes of the file that have been read so far, for progress.
    var position: Int { get }
    /// Appends the next bytes to `buffer`; false, and nothing appended, at the end.
    func read(into buffer: inout [UInt8]) throws(ImportError) -> Bool
}
