/// An error that ends a command with an exit code of its own.
package struct CommandFailure: ExitCoded, CustomStringConvertible {
    /// What the process returns.
    package let exitCode: ExitCode

    /// What went wrong and what to do.
    package let message: String

    package init(_ exitCode: ExitCode, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }

    package var description: String { message }
}
