/// What users took, in a part to learn from and a part to be measured by.
public struct InteractionSplit: Sendable {
    /// Items are below this.
    public var itemCount: Int
    /// Items of each user to learn from.
    public var train: [[Int32]]
    /// Items of each user to find; empty for users who are not asked about.
    public var test: [[Int32]]

    /// By how much what is held out leans towards popular items unless said otherwise: as degree^0.25.
    public static let lean: Float = 0.25

    public init(itemCount: Int, train: [[Int32]], test: [[Int32]]) {
        self.itemCount = itemCount
        self.train = train
        self.test = test
    }

    /// The training part split once more, to choose settings by: of each user `share` of the items, drawn without
    /// replacement with chances that grow as degree^`exponent`, and always one left to learn from. A test part is often
    /// more popular than train is; an exponent above zero shifts the held-out part the same way.
    public func holdingOut(share: Double, exponent: Float, seed: UInt64) -> InteractionSplit {
        var random = RandomSource(seed: seed)
        var degrees = [Float](repeating: 0, count: itemCount)
        for items in train { for item in items { degrees[Int(item)] += 1 } }
        var split = InteractionSplit(itemCount: itemCount, train: [], test: [])
        for items in train {
            let wanted = min(items.count - 1, Int(Double(items.count) * share + Double(random.uniform())))
            guard wanted > 0 else {
                split.train.append(items)
                split.test.append([])
                continue
            }
            let keys = items.map { item in
                (random.samplingKey(weight: powerOf(degrees[Int(item)], exponent)), item)
            }.sorted { ($1.0, $0.1) < ($0.0, $1.1) }
            split.test.append(keys.prefix(wanted).map(\.1).sorted())
            split.train.append(keys.dropFirst(wanted).map(\.1).sorted())
        }
        return split
    }

    /// The same split with at most so many users asked about, drawn at random.
    public func asking(atMost count: Int, seed: UInt64) -> InteractionSplit {
        var asked = test.indices.filter { !test[$0].isEmpty }
        guard asked.count > count else { return self }
        var random = RandomSource(seed: seed)
        random.shuffle(&asked)
        var split = self
        for user in asked.dropFirst(count) { split.test[user] = [] }
        return split
    }
}
