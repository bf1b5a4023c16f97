/// What an ``Option``, a ``Flag`` and a ``Positional`` have in common: enough to parse and to write the help text.
package protocol Parameter: Sendable {
    /// The long name without dashes; a positional's name in the help text.
    var name: String { get }

    /// One line for the help text.
    var help: String { get }
}
