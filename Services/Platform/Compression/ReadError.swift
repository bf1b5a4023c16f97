internal import Glibc

/// Why a file could not be read to its end.
package struct ReadError: Error, Equatable, CustomStringConvertible {
    package enum Cause: Sendable, Equatable {
        case notFound
        case notPermitted
        /// A folder where a file is needed.
        case isDirectory
        /// A gzip file that ends in the middle.
        case truncated
        /// A gzip file that is damaged.
        case corrupt
        case inputOutput
    }

    package let cause: Cause
    package let path: String
    /// Cause and remedy, with the path.
    package let message: String

    package init(_ cause: Cause, path: String, message: String) {
        self.cause = cause
        self.path = path
        self.message = "\(path): \(message)"
    }

    package var description: String { message }

    /// From what the system said.
    init(errno code: Int32, path: String) {
        switch code {
        case ENOENT, ENOTDIR:
            self.init(.notFound, path: path, message: "There is no such file: check the path.")
        case EACCES, EPERM:
            self.init(.notPermitted, path: path, message: "This user may not read the file: change its permissions.")
        case EISDIR:
            self.init(.isDirectory, path: path, message: "This is a folder: name a file in it.")
        default:
            self.init(.inputOutput, path: path, message: "Reading failed: \(String(cString: strerror(code))).")
        }
    }
}
