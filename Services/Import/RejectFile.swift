import Glibc

/// The rows that an import could not read, with line number and reason: made when the first one comes, bounded in size.
final class RejectFile {
    private let path: String
    private let folder: String
    private let limit: Int
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []

    /// Rows rejected so far, listed or not.
    private(set) var count = 0

    /// The file `rejects/NAME.tsv` in a data folder; it lists at most `limit` rows.
    init(dataFolder: String, name: String, limit: Int) {
        folder = "\(dataFolder)/rejects"
        path = "\(folder)/\(name).tsv"
        self.limit = limit
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Notes a row.
    func add(file: String, line: Int, reason: String) throws(ImportError) {
        count += 1
        guard count <= limit else { return }
        if descriptor < 0 { try begin() }
        let clean = reason.prefix(500).map { $0 == "\t" || $0.isNewline ? " " : $0 }
        buffer += Array("\(line)\t\(String(clean))\t\(file)\n".utf8)
        if buffer.count > 1 << 16 { try flush() }
    }

    /// Writes out what is left; where the file is, nil when nothing was rejected.
    func finish() throws(ImportError) -> String? {
        guard count > 0 else { return nil }
        if count > limit { buffer += Array("\t\(count - limit) more rows are not listed\t\n".utf8) }
        try flush()
        return path
    }

    private func begin() throws(ImportError) {
        if mkdir(folder, 0o755) != 0, errno != EEXIST { throw failure(folder) }
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        buffer += Array("line\treason\tfile\n".utf8)
    }

    private func flush() throws(ImportError) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno != EINTR { throw failure(path) }
            written += max(count, 0)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func failure(_ path: String) -> ImportError {
        ImportError(
            .fileUnwritable,
            "\(path) cannot be written: \(String(cString: strerror(errno))). Check the data folder's permissions and space"
        )
    }
}
