/// A command or a group of commands, as data: parsing, help and execution all follow from it.
///
///     static let port = Option.integer("port", in: 0...65_535, help: "Port to listen on.", environment: "CASCADE_PORT")
///     static let quiet = Flag("quiet", help: "No progress.")
///     static let command = Command("up", summary: "Starts everything.", parameters: [port, quiet]) { arguments in
///         try await serve(port: arguments[port] ?? 8080, quiet: arguments[quiet] ?? false)
///         return .success
///     }
package struct Command: Sendable {
    package typealias Body = @Sendable (Arguments) async throws -> ExitCode

    package let name: String

    /// One line for the list of commands.
    package let summary: String

    /// What the help text says beyond the summary; may have several lines.
    package let discussion: String

    package let parameters: [any Parameter]
    package let subcommands: [Command]
    let body: Body?

    /// A command that does something. Positionals that are required come before those that are not.
    package init(
        _ name: String, summary: String, discussion: String = "", parameters: [any Parameter] = [],
        body: @escaping Body
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.parameters = parameters
        self.subcommands = []
        self.body = body
    }

    /// A group of commands.
    package init(_ name: String, summary: String, discussion: String = "", subcommands: [Command]) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.parameters = []
        self.subcommands = subcommands
        self.body = nil
    }
}
