import Compression
package import CommandLine

/// Why a benchmark has no figures: the cause and the remedy in words.
package struct BenchmarkError: ExitCoded, Equatable, CustomStringConvertible {
    package let exitCode: ExitCode
    package let description: String

    init(_ exitCode: ExitCode, _ description: String) {
        self.exitCode = exitCode
        self.description = description
    }

    init(_ error: ReadError) {
        let isMissing = [.notFound, .notPermitted, .isDirectory].contains(error.cause)
        self.init(isMissing ? .missingInput : .invalidData, error.message)
    }
}
