/// The values of a parsed command line. Every text has been checked by the option's type already.
package struct Arguments: Sendable {
    enum Origin: Sendable {
        case commandLine, environment
    }

    /// The command with its parents: `cascade import csv`.
    package let command: String

    /// The environment that the command was started with.
    package let environment: [String: String]

    var values: [String: [any Sendable]] = [:]
    var origins: [String: Origin] = [:]
    var flags: [String: Bool] = [:]
    var positionals: [String: String] = [:]

    init(command: String, environment: [String: String]) {
        self.command = command
        self.environment = environment
    }

    /// The option's value, from the command line, the environment or its default; the last one when given repeatedly.
    package subscript<Value>(_ option: Option<Value>) -> Value? {
        values[option.name]?.last as? Value ?? option.defaultValue
    }

    /// All values of an option that may be given repeatedly.
    package func all<Value>(_ option: Option<Value>) -> [Value] {
        values[option.name]?.compactMap { $0 as? Value } ?? option.defaultValue.map { [$0] } ?? []
    }

    /// The flag's value, nil when nobody set it.
    package subscript(_ flag: Flag) -> Bool? {
        flags[flag.name]
    }

    /// The text of a positional, nil when it is not given.
    package subscript(_ positional: Positional) -> String? {
        positionals[positional.name]
    }

    /// Whether somebody gave the parameter, on the command line or in the environment, so that it outranks a
    /// configuration file.
    package func isGiven(_ parameter: some Parameter) -> Bool {
        origins[parameter.name] != nil
    }

    /// The text of a positional that the command requires: it is there, or parsing would have failed.
    package func required(_ positional: Positional) throws(UsageError) -> String {
        guard let value = positionals[positional.name] else {
            throw UsageError("<\(positional.name)> is missing.", command: command)
        }
        return value
    }

    /// The value of an option that has neither to be given nor a default, where the command cannot do without.
    package func required<Value>(_ option: Option<Value>) throws(UsageError) -> Value {
        guard let value = self[option] else {
            throw UsageError("--\(option.name) \(option.valueName) is missing.", command: command)
        }
        return value
    }
}
