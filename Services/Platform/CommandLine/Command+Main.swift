import Glibc

extension Command {
    /// Parses the process's arguments and runs what they ask for: the whole of an executable's `main`.
    ///
    /// Help goes to standard output; errors go to standard error, each with its exit code (``ExitCoded``; 1 for
    /// errors that have none).
    package func main() async -> Never {
        let arguments = Array(Swift.CommandLine.arguments.dropFirst())
        exit(await run(arguments, environment: ProcessEnvironment.current()).rawValue)
    }

    /// Runs what `arguments` ask for; output and errors go to the two given writers.
    package func run(
        _ arguments: [String], environment: [String: String],
        output: any TextOutput = StandardOutput(), errors: any TextOutput = StandardError()
    ) async -> ExitCode {
        do {
            switch try parse(arguments, environment: environment) {
            case .help(let text):
                output.write(text)
                return .success
            case .run(let command, let arguments):
                guard let body = command.body else { return .usage }
                return try await body(arguments)
            }
        } catch {
            errors.write("error: \(error)\n")
            return (error as? any ExitCoded)?.exitCode ?? .failure
        }
    }
}
