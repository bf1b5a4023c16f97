/// What the item tower takes: rows of its tables.
public struct ItemInput: Sendable, Equatable {
    /// The item's own row, none for one that training did not know.
    public var row: Int32?
    /// Rows of its tokens.
    public var tokens: [Int32]

    /// An input.
    public init(row: Int32?, tokens: [Int32]) {
        self.row = row
        self.tokens = tokens
    }
}
