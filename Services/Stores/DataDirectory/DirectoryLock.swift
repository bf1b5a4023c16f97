internal import Glibc

/// The lock file of a data directory: held by one process at a time, let go by the system when that process ends in
/// whatever way, with the process's number in it for people to read.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    init(path: String, directory: String) throws(DataDirectoryError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataDirectoryError(errno: errno, path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else { throw DataDirectoryError(errno: code, path: path) }
            throw DataDirectoryError(
                .inUse,
                "The data directory \(directory) is in use by \(holder): stop it or choose another with --data.")
        }
        self.descriptor = descriptor
        // Only for the message above: that it cannot be written is no reason to stop.
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    deinit {
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
