/// What a command line asks for.
package enum Invocation: Sendable {
    /// Run the command with these arguments.
    case run(Command, Arguments)

    /// Print this help text.
    case help(String)
}
