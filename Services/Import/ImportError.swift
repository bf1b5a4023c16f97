package import CommandLine
import Compression

/// Why an import cannot begin or go on. Rows that cannot be read are not errors: they go to the reject file.
package struct ImportError: ExitCoded, Equatable, CustomStringConvertible {
    /// What kind of problem it is.
    package enum Code: String, Sendable {
        case fileMissing, fileUnreadable, notAFile, emptyFile, truncated, corrupt
        case unknownFormat, nothingUsable, badOption, tooLarge, fileUnwritable, journalCorrupt
    }

    package let code: Code
    /// Names the file or option, the cause, and the remedy.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: ReadError) {
        let code: Code =
            switch error.cause {
            case .notFound: .fileMissing
            case .notPermitted, .inputOutput: .fileUnreadable
            case .isDirectory: .notAFile
            case .truncated: .truncated
            case .corrupt: .corrupt
            }
        self.init(code, error.message)
    }

    package var description: String { message }

    package var exitCode: ExitCode {
        switch code {
        case .fileMissing, .fileUnreadable, .notAFile: .missingInput
        case .emptyFile, .truncated, .corrupt, .unknownFormat, .nothingUsable, .tooLarge, .journalCorrupt: .invalidData
        case .badOption: .usage
        case .fileUnwritable: .cannotWrite
        }
    }
}
