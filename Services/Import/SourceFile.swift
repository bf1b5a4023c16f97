import Checksum
import Compression
import Glibc

/// A file that an importer reads from beginning to end, unpacked where it is gzip, whatever its name.
final class SourceFile: ByteSource {
    private var reader: ByteReader
    /// Bytes on disk.
    let size: Int

    private static let piece = 1 << 18

    /// Opens a file; a folder, a missing, an unreadable and an empty file are errors that say so.
    init(_ path: String) throws(ImportError) {
        do throws(ReadError) {
            reader = try ByteReader(path: path)
        } catch {
            throw ImportError(error)
        }
        size = Int(reader.size)
        if size == 0, Self.isEmpty(path) {
            throw ImportError(.emptyFile, "\(path) is empty: there is nothing to import")
        }
    }

    var position: Int { Int(reader.position) }

    func read(into buffer: inout [UInt8]) throws(ImportError) -> Bool {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.piece))
        var count = 0
        do {
            count = try buffer.withUnsafeMutableBytes { bytes in
                try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
            }
        } catch let error as ReadError {
            throw ImportError(error)
        } catch {
            throw ImportError(.fileUnreadable, "\(error)")
        }
        buffer.removeLast(Self.piece - count)
        return count > 0
    }

    /// Whether there is a file or folder of this name that can be read.
    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
    }

    /// The SHA-256 of a file's bytes as they lie on disk, in hexadecimal. O(bytes).
    static func sha256(_ path: String) throws(ImportError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ImportError(.fileUnreadable, "\(path) can no longer be read") }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: piece)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ImportError(.fileUnreadable, "\(path) can no longer be read") }
            if count == 0 { return hash.finishHex() }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
