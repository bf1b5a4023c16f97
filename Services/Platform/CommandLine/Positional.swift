/// An argument without a name, told apart by its place.
package struct Positional: Parameter {
    package let name: String
    package let help: String
    let isRequired: Bool

    package init(_ name: String, help: String, isRequired: Bool = true) {
        self.name = name
        self.help = help
        self.isRequired = isRequired
    }
}
