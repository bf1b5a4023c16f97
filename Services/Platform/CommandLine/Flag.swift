/// `--name` and `--no-name`; nil when neither is given and the environment variable is not set.
package struct Flag: Parameter {
    package let name: String
    package let help: String

    /// The variable that is read when the flag is not given: `1`, `true`, `yes` or `0`, `false`, `no`.
    package let environment: String?

    /// Whether `--no-name` exists.
    let isInvertible: Bool

    package init(_ name: String, help: String, isInvertible: Bool = false, environment: String? = nil) {
        self.name = name
        self.help = help
        self.isInvertible = isInvertible
        self.environment = environment
    }

    static func parse(_ text: String) throws(InvalidValue) -> Bool {
        switch text {
        case "1", "true", "yes": return true
        case "0", "false", "no": return false
        default: throw InvalidValue("true or false is expected")
        }
    }
}
