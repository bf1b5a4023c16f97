/// Why an item was not taken in: its sender's mistake.
package struct ItemRejection: Error, Equatable, CustomStringConvertible {
    package let id: String
    /// What is wrong, and what is allowed.
    package let reason: String

    package var description: String { "item \"\(id.prefix(80))\": \(reason)" }
}
