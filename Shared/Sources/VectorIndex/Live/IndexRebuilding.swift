/// When an index is to be made anew, and how.
public struct IndexRebuilding: Sendable {
    /// Whether an index has changed so much that one made anew would search it faster or better. Asked after each change.
    public var isNeeded: @Sendable (any VectorIndex) -> Bool
    /// An index of the same content, made anew; slow. What it throws leaves the index as it is.
    public var rebuild: @Sendable (any VectorIndex) throws -> any VectorIndex

    /// A way to make an index anew.
    public init(
        isNeeded: @escaping @Sendable (any VectorIndex) -> Bool,
        rebuild: @escaping @Sendable (any VectorIndex) throws -> any VectorIndex
    ) {
        self.isNeeded = isNeeded
        self.rebuild = rebuild
    }

    /// Never.
    public static let never = IndexRebuilding(isNeeded: { _ in false }, rebuild: { $0 })
}
