#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Files and directories by system calls, with errors that name the file.
enum BundleFiles {
    /// Everything a file holds.
    static func read(_ path: String) throws(BundleError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? BundleError(.missing, path, "is missing: the bundle is incomplete, train again or restore it")
                : failure("cannot be opened", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("cannot be examined", path) }
        let size = Int(status.st_size)
        var bytes = [UInt8](repeating: 0, count: size)
        var done = 0
        while done < size {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe Glibc.read(descriptor, base + done, size - done)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure("cannot be read", path) }
            guard got > 0 else { throw BundleError(.truncated, path, "became shorter while it was read") }
            done += got
        }
        return bytes
    }

    /// Writes a new file and waits until it is on the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(BundleError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("cannot be created", path) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return 0 }
                return unsafe Glibc.write(descriptor, base + done, bytes.count - done)
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw failure("cannot be written", path) }
            done += put
        }
        guard fsync(descriptor) == 0 else { throw failure("cannot be brought to the disk", path) }
    }

    static func makeDirectory(_ path: String) throws(BundleError) {
        guard unsafe mkdir(path, 0o755) == 0 else {
            throw errno == EEXIST
                ? BundleError(.exists, path, "exists already: choose another version")
                : failure("cannot be created", path)
        }
    }

    /// Waits until a directory's entries are on the disk.
    static func synchronise(directory path: String) throws(BundleError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be opened", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be brought to the disk", path) }
    }

    static func rename(_ source: String, to target: String) throws(BundleError) {
        guard unsafe Glibc.rename(source, target) == 0 else {
            throw errno == EEXIST || errno == ENOTEMPTY
                ? BundleError(.exists, target, "exists already: choose another version")
                : failure("cannot be renamed to", target)
        }
    }

    /// Removes files and the directory that they are in; what is not there is no error.
    static func remove(directory path: String, files: [String]) {
        for file in files { _ = unsafe unlink("\(path)/\(file)") }
        _ = unsafe rmdir(path)
    }

    private static func failure(_ what: String, _ path: String) -> BundleError {
        let code = errno
        let reason = unsafe String(cString: strerror(code))
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: ": free some space and try again"
            case EFBIG: ": raise the limit of this process (ulimit -f) and try again"
            default: ""
            }
        return BundleError(.system, path, "\(what): \(reason)\(remedy)")
    }
}
