/// Why the directory of models cannot give or take a version.
package struct ModelRegistryError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as far as a program may care.
    package enum Code: Sendable {
        /// No such version.
        case unknownVersion
        /// A name that cannot be a version's.
        case invalidName
        /// Its report card breaks a limit.
        case beyondLimits
        /// `ACTIVE` holds something that is no version.
        case corrupt
        /// The system refused to read or write.
        case system
    }

    /// The cause.
    package let code: Code
    /// The path, what is wrong, and what to do.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
