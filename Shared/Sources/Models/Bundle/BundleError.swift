/// Why a model bundle cannot be read or written.
public struct BundleError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as far as a program may care. More may be added.
    public struct Code: Sendable, Equatable, CustomStringConvertible {
        /// The name of the cause.
        public let description: String

        /// The file is not there.
        public static let missing = Code(description: "missing")
        /// It is shorter or longer than the manifest says.
        public static let truncated = Code(description: "truncated")
        /// Its checksum is not that of the manifest, or its content makes no sense.
        public static let corrupt = Code(description: "corrupt")
        /// Written in a format that this build does not know.
        public static let unknownVersion = Code(description: "unknown-version")
        /// A tensor is missing or has another shape than the manifest implies.
        public static let shapeMismatch = Code(description: "shape-mismatch")
        /// A parameter is not a finite number.
        public static let notFinite = Code(description: "not-finite")
        /// The system refused to read or write.
        public static let system = Code(description: "system")
        /// A bundle of that name exists already.
        public static let exists = Code(description: "exists")
    }

    /// The cause.
    public let code: Code
    /// The file, with its path.
    public let file: String
    /// What is wrong, and what to do.
    public let message: String

    init(_ code: Code, _ file: String, _ message: String) {
        self.code = code
        self.file = file
        self.message = message
    }

    /// The file, the cause, the remedy.
    public var description: String { "\(file): \(message)" }
}
