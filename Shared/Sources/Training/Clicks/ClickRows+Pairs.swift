extension ClickRows {
    /// Rows that nobody saw: requests of some rows with items of others, both drawn as often as they are there. A pair that
    /// is in the rows is drawn anew; in some, the feature that names the user or the item is left out, as it is for who or
    /// what is new. Labels are zero and mean nothing.
    ///
    /// - Parameters:
    ///   - newUsers: share of rows without the user's own feature.
    ///   - newItems: share of rows without the item's own feature.
    init(
        pairing rows: ClickRows, schema: ClickSchema, count: Int, newUsers: Float, newItems: Float,
        random: inout RandomSource
    ) {
        let known = Set((0..<rows.count).map { Self.pair(rows.users[$0], rows.items[$0]) })
        let hasPairs = schema.user != nil && schema.item != nil
        let user = schema.user.map { schema.fields[$0].range } ?? 0..<0
        let item = schema.item.map { schema.fields[$0].range } ?? 0..<0
        for _ in 0..<count {
            var (request, other) = (random.below(rows.count), random.below(rows.count))
            for _ in 0..<Self.attempts
            where hasPairs && known.contains(Self.pair(rows.users[request], rows.items[other])) {
                (request, other) = (random.below(rows.count), random.below(rows.count))
            }
            let isNewUser = random.uniform() < newUsers
            let isNewItem = random.uniform() < newItems
            let own = rows.places(of: request).filter {
                !schema.isItem(rows.features[$0]) && !(isNewUser && user.contains(Int(rows.features[$0])))
            }
            let others = rows.places(of: other).filter {
                schema.isItem(rows.features[$0]) && !(isNewItem && item.contains(Int(rows.features[$0])))
            }
            append(
                label: 0, (own + others).map { (rows.features[$0], rows.values[$0]) },
                user: isNewUser ? -1 : rows.users[request], item: isNewItem ? -1 : rows.items[other])
        }
    }

    /// How often a pair is drawn before one is taken that is known.
    private static let attempts = 8

    private static func pair(_ user: Int32, _ item: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: user)) << 32 | UInt64(UInt32(bitPattern: item))
    }
}
