package import CommandLine

/// A configuration that cannot be used: every problem at once, each naming the key, its value and what is allowed.
package struct ConfigurationError: ExitCoded, Equatable, CustomStringConvertible {
    /// Where the values come from: the file's path, or "the configuration".
    package let source: String

    /// A sentence each.
    package let problems: [String]

    package init(source: String, problems: [String]) {
        self.source = source
        self.problems = problems
    }

    package var exitCode: ExitCode { .configuration }

    package var description: String {
        "\(source) cannot be used:\n" + problems.map { "  \($0)" }.joined(separator: "\n")
    }
}
