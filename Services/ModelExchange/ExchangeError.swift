package import CommandLine

/// Why a model cannot be exchanged: the cause and the remedy in words.
package struct ExchangeError: ExitCoded, Equatable, CustomStringConvertible {
    package let exitCode: ExitCode
    package let description: String

    init(_ exitCode: ExitCode, _ description: String) {
        self.exitCode = exitCode
        self.description = description
    }

    /// A file that is there and cannot be used.
    static func invalid(_ description: String) -> ExchangeError { ExchangeError(.invalidData, description) }
}
