#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Why an index file cannot be read or written.
public struct IndexFileError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as far as a program may care. More may be added.
    public struct Code: Sendable, Equatable, CustomStringConvertible {
        /// The name of the cause.
        public let description: String

        /// The file is not there.
        public static let missing = Code(description: "missing")
        /// It does not begin as an index file does.
        public static let notAnIndex = Code(description: "not-an-index")
        /// Written by a newer version of the format, or with a kind of index that this build does not know.
        public static let newerVersion = Code(description: "newer-version")
        /// It ends before its content does.
        public static let truncated = Code(description: "truncated")
        /// Its bytes are not those that were written.
        public static let checksum = Code(description: "checksum")
        /// Its sizes or references contradict each other.
        public static let inconsistent = Code(description: "inconsistent")
        /// The system refused to read or write.
        public static let system = Code(description: "system")
    }

    /// The cause.
    public let code: Code
    /// The file, with its path.
    public let file: String
    /// What is wrong.
    public let message: String

    init(_ code: Code, _ file: String, _ message: String) {
        self.code = code
        self.file = file
        self.message = message
    }

    /// What the system's last error says.
    init(system what: String, _ file: String) {
        let code = errno
        self.init(code == ENOENT ? .missing : .system, file, "\(what): \(unsafe String(cString: strerror(code)))")
    }

    /// The file, the cause.
    public var description: String { "\(file): \(message)" }
}
