import Checksum

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes the sections of an index file one after the other, under a name of its own until all is on the device.
struct IndexFileWriter: ~Copyable {
    private let path: String
    private let temporary: String
    private var descriptor: Int32
    private var entries: [IndexFileLayout.Entry] = []
    /// Where the next byte goes.
    private var offset = IndexFileLayout.alignment
    private var hash = XXH3()
    /// Small pieces on their way.
    private var buffer: [UInt8] = []
    private var isRenamed = false

    private static let bufferSize = 1 << 18

    init(_ path: String) throws(IndexFileError) {
        self.path = path
        temporary = "\(path).\(getpid()).tmp"
        descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw IndexFileError(system: "cannot be created", temporary) }
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw IndexFileError(system: "cannot be written", temporary)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isRenamed { _ = unsafe unlink(temporary) }
    }

    /// Writes a section: all that `body` appends.
    mutating func section(
        _ tag: SectionTag, _ body: (inout IndexFileWriter) throws(IndexFileError) -> Void
    ) throws(IndexFileError) {
        precondition(entries.count < IndexFileLayout.maximumSections, "too many sections")
        let start = offset
        hash = XXH3()
        try body(&self)
        let size = offset - start
        try append([UInt8](repeating: 0, count: IndexFileLayout.aligned(size) - size))
        entries.append(
            IndexFileLayout.Entry(tag: tag, offset: UInt64(start), size: UInt64(size), checksum: hash.checksum))
    }

    /// Adds values to the section that is being written.
    mutating func append<Value: BitwiseCopyable>(_ values: [Value]) throws(IndexFileError) {
        var failure: IndexFileError?
        unsafe values.withUnsafeBytes { bytes in
            do throws(IndexFileError) { try unsafe append(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Adds bytes to the section that is being written.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(IndexFileError) {
        unsafe hash.update(bytes)
        offset += bytes.count
        if bytes.count < Self.bufferSize {
            unsafe buffer.append(contentsOf: bytes)
            if buffer.count >= Self.bufferSize { try flush() }
        } else {
            try flush()
            try unsafe put(bytes)
        }
    }

    /// Ends the file and gives it its name.
    consuming func finish(kind: UInt32, dimensions: Int, count: Int) throws(IndexFileError) {
        try flush()
        let header = IndexFileLayout.Header(
            kind: kind, fileSize: UInt64(offset), dimensions: UInt32(dimensions), sections: UInt32(entries.count),
            count: UInt64(count))
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw IndexFileError(system: "cannot be written", temporary)
        }
        buffer = IndexFileLayout.page(header, entries)
        try flush()
        guard fsync(descriptor) == 0 else { throw IndexFileError(system: "cannot be brought to the disk", temporary) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw IndexFileError(system: "cannot be written", temporary) }
        guard unsafe rename(temporary, path) == 0 else { throw IndexFileError(system: "cannot be renamed to", path) }
        isRenamed = true
        try Self.synchroniseFolder(of: path)
    }

    private mutating func flush() throws(IndexFileError) {
        let bytes = buffer
        buffer.removeAll(keepingCapacity: true)
        var failure: IndexFileError?
        unsafe bytes.withUnsafeBytes { bytes in
            do throws(IndexFileError) { try unsafe put(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(IndexFileError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw IndexFileError(system: "cannot be written", temporary) }
            done += count
        }
    }

    /// Brings a file's name to the device.
    private static func synchroniseFolder(of path: String) throws(IndexFileError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IndexFileError(system: "cannot be opened", folder) }
        defer { close(descriptor) }
        // Some file systems cannot sync folders and need not.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw IndexFileError(system: "cannot be brought to the disk", folder)
        }
    }
}
