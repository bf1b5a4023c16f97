/// Parses the options, flags and positionals of one command.
struct ParameterParser {
    enum Outcome {
        case help
        case values(Arguments)
    }

    private let command: Command
    private let path: String
    private var result: Arguments
    private var texts: [String] = []

    init(command: Command, path: String, environment: [String: String]) {
        self.command = command
        self.path = path
        result = Arguments(command: path, environment: environment)
    }

    mutating func parse(_ arguments: ArraySlice<String>) throws(UsageError) -> Outcome {
        var rest = arguments
        var optionsEnded = false
        while let argument = rest.popFirst() {
            if optionsEnded || !argument.hasPrefix("-") || argument == "-" {
                texts.append(argument)
            } else if argument == "--" {
                optionsEnded = true
            } else if argument == "--help" || argument == "-h" {
                return .help
            } else {
                try parseNamed(argument, &rest)
            }
        }
        try assignPositionals()
        try readEnvironment()
        return .values(result)
    }

    private mutating func parseNamed(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        guard argument.hasPrefix("--") else {
            throw failure("'\(argument)' is not an option: options are written with two dashes.")
        }
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let value = parts.count == 2 ? String(parts[1]) : nil
        for parameter in command.parameters {
            if let option = parameter as? any AnyOption, option.name == name {
                guard let text = value ?? rest.popFirst() else {
                    throw failure("--\(name) needs a value: --\(name) \(option.valueName).")
                }
                try set(option, text, shown: "--\(name) \(text)", origin: .commandLine)
                return
            }
            guard let flag = parameter as? Flag else { continue }
            let isNegated = flag.isInvertible && name == "no-\(flag.name)"
            guard flag.name == name || isNegated else { continue }
            guard value == nil else { throw failure("--\(name) takes no value.") }
            guard result.origins[flag.name] == nil else { throw failure("--\(flag.name) is given more than once.") }
            result.flags[flag.name] = !isNegated
            result.origins[flag.name] = .commandLine
            return
        }
        let hint = Suggestion.nearest(to: name, among: knownNames).map { " Did you mean '--\($0)'?" }
        throw failure("'--\(name)' is not an option of \(path).\(hint ?? "")")
    }

    private mutating func set(
        _ option: any AnyOption, _ text: String, shown: String, origin: Arguments.Origin
    ) throws(UsageError) {
        guard option.isRepeatable || result.origins[option.name] == nil else {
            throw failure("--\(option.name) is given more than once.")
        }
        do {
            result.values[option.name, default: []].append(try option.erased(text))
            result.origins[option.name] = origin
        } catch {
            throw failure("\(shown): \(error.expectation).")
        }
    }

    private mutating func assignPositionals() throws(UsageError) {
        let positionals = command.parameters.compactMap { $0 as? Positional }
        if texts.count > positionals.count {
            throw failure("'\(texts[positionals.count])' is one argument too many.")
        }
        for (index, positional) in positionals.enumerated() {
            if index < texts.count {
                result.positionals[positional.name] = texts[index]
                result.origins[positional.name] = .commandLine
            } else if positional.isRequired {
                throw failure("<\(positional.name)> is missing.")
            }
        }
    }

    private mutating func readEnvironment() throws(UsageError) {
        for parameter in command.parameters where result.origins[parameter.name] == nil {
            if let option = parameter as? any AnyOption, let variable = option.environment,
                let text = result.environment[variable], !text.isEmpty
            {
                try set(option, text, shown: "\(variable)=\(text)", origin: .environment)
            } else if let flag = parameter as? Flag, let variable = flag.environment,
                let text = result.environment[variable], !text.isEmpty
            {
                do {
                    result.flags[flag.name] = try Flag.parse(text)
                    result.origins[flag.name] = .environment
                } catch {
                    throw failure("\(variable)=\(text): \(error.expectation).")
                }
            }
        }
    }

    private var knownNames: [String] {
        command.parameters.filter { !($0 is Positional) }.flatMap { parameter in
            (parameter as? Flag)?.isInvertible == true ? [parameter.name, "no-\(parameter.name)"] : [parameter.name]
        } + ["help"]
    }

    private func failure(_ message: String) -> UsageError {
        UsageError(message, command: path)
    }
}
