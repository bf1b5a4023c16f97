internal import Glibc

/// Files that are there whole or not at all, also after a power failure.
package enum AtomicFile {
    /// Writes bytes to a new file beside the path, puts it on the device, and renames it to the path.
    /// - Parameter mode: the file's permissions.
    package static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32 = 0o600
    ) throws(DataDirectoryError) {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw DataDirectoryError(errno: errno, path: path) }
        var failure = put(bytes, descriptor)
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(temporary, path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(temporary)
            throw DataDirectoryError(errno: failure, path: path)
        }
        try syncFolder(of: path)
    }

    /// As the form for bytes.
    package static func write(_ text: String, to path: String) throws(DataDirectoryError) {
        try write(Array(text.utf8), to: path)
    }

    /// The first 64 bytes of a small file, nil when there is none.
    package static func beginning(of path: String) throws(DataDirectoryError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw DataDirectoryError(errno: errno, path: path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw DataDirectoryError(errno: errno, path: path) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Everything that a file holds.
    package static func content(of path: String) throws(DataDirectoryError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataDirectoryError(errno: errno, path: path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DataDirectoryError(errno: errno, path: path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DataDirectoryError(errno: errno, path: path) }
            // It became shorter meanwhile.
            if count == 0 { break }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    /// Puts the names in a file's folder on the device: what a rename or a new file needs to survive a power failure.
    package static func syncFolder(of path: String) throws(DataDirectoryError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataDirectoryError(errno: errno, path: folder) }
        let failure = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        // Some file systems cannot sync folders and need not.
        if failure != 0, failure != EINVAL { throw DataDirectoryError(errno: failure, path: folder) }
    }

    /// - Returns: 0 or the system's error.
    private static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count >= 0 {
                    done += count
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }
}
