/// An option whose type the parser need not know.
protocol AnyOption: Parameter {
    var valueName: String { get }
    var environment: String? { get }
    var defaultText: String? { get }
    var isRepeatable: Bool { get }

    func erased(_ text: String) throws(InvalidValue) -> any Sendable
}

extension Option: AnyOption {
    func erased(_ text: String) throws(InvalidValue) -> any Sendable {
        try parse(text)
    }
}
