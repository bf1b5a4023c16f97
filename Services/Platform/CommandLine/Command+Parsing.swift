extension Command {
    /// What `arguments` (without the executable's name) ask for.
    ///
    /// `--help` and `-h` anywhere ask for help; `--` ends the options. An unknown name is an error with the nearest
    /// known one.
    package func parse(_ arguments: [String], environment: [String: String] = [:]) throws(UsageError) -> Invocation {
        try parse(arguments[...], environment: environment, path: name)
    }

    private func parse(
        _ arguments: ArraySlice<String>, environment: [String: String], path: String
    ) throws(UsageError) -> Invocation {
        guard !subcommands.isEmpty else {
            return try parseParameters(arguments, environment: environment, path: path)
        }
        guard let first = arguments.first else {
            throw UsageError(
                "\(path) needs a command: \(subcommands.map(\.name).joined(separator: ", ")).", command: path)
        }
        if first == "--help" || first == "-h" || (first == "help" && arguments.count == 1) {
            return .help(helpText(path: path))
        }
        if first == "help" {
            return try parse(arguments.dropFirst() + ["--help"], environment: environment, path: path)
        }
        guard let next = subcommands.first(where: { $0.name == first }) else {
            let hint = Suggestion.nearest(to: first, among: subcommands.map(\.name)).map { " Did you mean '\($0)'?" }
            let known = subcommands.map(\.name).joined(separator: ", ")
            throw UsageError("'\(first)' is not a command of \(path): \(known).\(hint ?? "")", command: path)
        }
        return try next.parse(arguments.dropFirst(), environment: environment, path: "\(path) \(next.name)")
    }

    private func parseParameters(
        _ arguments: ArraySlice<String>, environment: [String: String], path: String
    ) throws(UsageError) -> Invocation {
        var parser = ParameterParser(command: self, path: path, environment: environment)
        switch try parser.parse(arguments) {
        case .help: return .help(helpText(path: path))
        case .values(let values): return .run(self, values)
        }
    }
}
