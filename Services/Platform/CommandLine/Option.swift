/// `--name VALUE` or `--name=VALUE`, typed; where it is not given, the environment variable, where that is not set, the
/// default counts.
package struct Option<Value: Sendable>: Parameter {
    package let name: String
    package let help: String

    /// How the value is called in the help text.
    package let valueName: String

    /// The variable that is read when the option is not given.
    package let environment: String?

    /// The value when there is neither.
    package let defaultValue: Value?

    let defaultText: String?

    /// Whether the option may be given more than once; ``Arguments/all(_:)`` has all values.
    let isRepeatable: Bool

    /// The value of a text, or the reason why it has none, as the end of the sentence "--port x: …".
    let parse: @Sendable (String) throws(InvalidValue) -> Value

    /// An option of any type.
    package init(
        _ name: String, valueName: String, help: String, default defaultValue: Value? = nil,
        defaultText: String? = nil, environment: String? = nil, isRepeatable: Bool = false,
        parse: @escaping @Sendable (String) throws(InvalidValue) -> Value
    ) {
        self.name = name
        self.help = help
        self.valueName = valueName
        self.environment = environment
        self.defaultValue = defaultValue
        self.defaultText = defaultText ?? defaultValue.map { "\($0)" }
        self.isRepeatable = isRepeatable
        self.parse = parse
    }
}
