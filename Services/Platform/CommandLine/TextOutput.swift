/// Where a command's text goes.
package protocol TextOutput: Sendable {
    /// Whether a person looks at it, so that lines may be redrawn.
    var isTerminal: Bool { get }

    /// Columns of the terminal; nil where there is none, or none is known.
    var columns: Int? { get }

    /// Writes the text as it is. Called from any thread.
    func write(_ text: String)
}

extension TextOutput {
    package var columns: Int? { nil }
}
