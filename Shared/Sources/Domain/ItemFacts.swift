/// What the ranker's features need of an item besides its counters: fixed in size, so that a table of it is one block
/// of memory.
public struct ItemFacts: Sendable, Equatable {
    /// Codes of the item's first ``categoryLimit`` categories, 0 where there are fewer.
    public var categories: SIMD8<UInt32>
    /// Milliseconds since the epoch, 0 for unknown.
    public var createdAt: Int64

    /// Categories beyond this one do not count.
    public static var categoryLimit: Int { 8 }

    /// An item of which nothing is known.
    public init() {
        categories = .zero
        createdAt = 0
    }

    /// What an item's description says.
    public init(_ item: Item) {
        self.init()
        createdAt = item.createdAt
        for (place, name) in item.categories.prefix(Self.categoryLimit).enumerated() {
            categories[place] = Self.code(category: name)
        }
    }

    /// The code of a category: a hash of its name (FNV-1a, 32 bits), so that every process gives it the same one without
    /// a table. Never 0.
    public static func code(category name: String) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return hash == 0 ? 1 : hash
    }
}
