internal import Glibc

/// A file opened for reading from its start.
struct InputFile: ~Copyable {
    let path: String
    /// Bytes; 0 for what has no size, such as a pipe.
    let size: Int64
    /// Bytes read so far.
    private(set) var position: Int64 = 0
    private let descriptor: Int32

    init(path: String) throws(ReadError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReadError(errno: errno, path: path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw ReadError(errno: code, path: path)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            Glibc.close(descriptor)
            throw ReadError(errno: EISDIR, path: path)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Fills as much of the buffer as there is.
    /// - Returns: the number of bytes; 0 at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                position += Int64(count)
                return count
            }
            let code = errno
            if code != EINTR { throw ReadError(errno: code, path: path) }
        }
    }
}
