internal import Glibc

/// Why a data directory, or a file in it, cannot be used.
package struct DataDirectoryError: Error, Equatable, CustomStringConvertible {
    package enum Cause: Sendable, Equatable {
        /// Another process uses it.
        case inUse
        /// A newer version of the program made it.
        case newerFormat
        case notADirectory
        case notPermitted
        case readOnly
        case diskFull
        /// There is none, and none is to be made.
        case notFound
        case inputOutput
    }

    package let cause: Cause
    /// Cause and remedy, with the path.
    package let message: String

    package init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }

    package var description: String { message }

    /// From what the system said of a path.
    package init(errno code: Int32, path: String) {
        switch code {
        case ENOTDIR, EEXIST:
            self.init(.notADirectory, "\(path) is not a folder: choose another data directory with --data.")
        case EACCES, EPERM:
            self.init(
                .notPermitted,
                "This user may not use \(path): change its permissions, or choose another data directory with --data.")
        case EROFS:
            self.init(.readOnly, "\(path) is on a read-only device: choose another data directory with --data.")
        case ENOSPC, EDQUOT:
            self.init(.diskFull, "There is no room left for \(path): make room, or choose another device with --data.")
        case EFBIG:
            self.init(
                .diskFull, "\(path) would be larger than this process may make a file: raise its limit (ulimit -f).")
        case ENOENT:
            self.init(.notFound, "There is no \(path): check the path given with --data.")
        default:
            self.init(.inputOutput, "\(path) cannot be used: \(String(cString: strerror(code))).")
        }
    }
}
