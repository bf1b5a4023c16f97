/// A rule on what a page shows: of the first `window` picks at most `most` may share a category.
///
/// When only items of exhausted categories are left, the rule yields: a page is never shorter for it.
public struct CategoryLimit: Sendable, Equatable {
    /// Each candidate's category; candidates of the category ``none`` are not limited.
    public var categories: [UInt32]
    /// At most this many of one category.
    public var most: Int
    /// Among this many first picks.
    public var window: Int

    /// The category of a candidate that has none.
    public static let none = UInt32.max

    /// A limit; `most` is at least 1.
    public init(categories: [UInt32], most: Int, window: Int) {
        self.categories = categories
        self.most = max(1, most)
        self.window = window
    }
}
