/// An item number: dense, assigned once and for good, the index into every array of the system.
public typealias ItemNumber = UInt32

/// An entry of the catalogue, as its owner describes it.
public struct Item: Sendable, Equatable {
    /// The owner's name for it, unique in the catalogue.
    public var id: String
    /// What a person reads.
    public var title: String
    /// From the most important to the least.
    public var categories: [String]
    /// Everything else that describes it: brand, tags, year.
    public var attributes: [String: FieldValue]
    /// In whatever currency the catalogue has.
    public var price: Double?
    /// Milliseconds since the epoch.
    public var createdAt: Int64
    /// A hidden item stays in the catalogue but is never recommended.
    public var isHidden: Bool

    /// An item; everything but its id has a default.
    public init(
        id: String, title: String = "", categories: [String] = [], attributes: [String: FieldValue] = [:],
        price: Double? = nil, createdAt: Int64 = 0, isHidden: Bool = false
    ) {
        self.id = id
        self.title = title
        self.categories = categories
        self.attributes = attributes
        self.price = price
        self.createdAt = createdAt
        self.isHidden = isHidden
    }

    /// The tokens under which the item tower knows the item: `category=…`, `price=…` by bucket, `name=value` for each
    /// attribute; in a fixed order, each once.
    public var tokens: [String] {
        var tokens = categories.map { "category=\($0)" }
        if let price { tokens.append("price=\(NumberBucket.index(of: price))") }
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            tokens += value.tokens.map { "\(name)=\($0)" }
        }
        var known: Set<String> = []
        return tokens.filter { known.insert($0).inserted }
    }
}
