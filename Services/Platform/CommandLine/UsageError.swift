/// A command line that cannot be understood: the message names the argument and what would be right.
package struct UsageError: ExitCoded, Equatable, CustomStringConvertible {
    /// One sentence, without a prefix.
    package let message: String

    /// The command whose help tells more, with its parents: `cascade import csv`.
    package let command: String

    package init(_ message: String, command: String) {
        self.message = message
        self.command = command
    }

    package var exitCode: ExitCode { .usage }

    package var description: String { "\(message)\nSee '\(command) --help'." }
}
